/**
 * The plane by keyboard: the methods that the keys of `key_bindings.ts` call.
 */

import { keyAction } from "./key_bindings.ts";
import type { Plane } from "./plane.ts";

const VIEW_MARGIN = 16; // pixels from the edge within which the view follows z

export class KeyboardControl {
  plane: Plane;

  constructor(plane: Plane) {
    this.plane = plane;
    plane.parts.surface.addEventListener("keydown", (event: KeyboardEvent) => this.onKey(event));
    plane.parts.plane.addEventListener("focusout", () => plane.sendPending());
  }

  onKey(event: KeyboardEvent) {
    const act = keyAction(event);
    if (!act || !this.plane.ready) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    act(this, event);
  }

  toggleHelp(open = this.plane.parts.help.hidden) {
    const { help, surface } = this.plane.parts;
    help.hidden = !open;
    (open ? help : surface).focus();
    help.scrollTop = 0;
  }

  /** Where z lies on the screen, or the middle of the screen if it has no place. */
  focusPoint(): [number, number] {
    const { view, slice, z } = this.plane;
    const [x, y] = view.toScreen(...slice.project(z));
    return Number.isFinite(x + y) ? [x, y] : [view.width / 2, view.height / 2];
  }

  /**
   * Moves z by a share of the visible half-width, and the view if z would leave it.
   * @param arrow to the right, upwards
   */
  moveZ([dx, dy]: number[], share: number) {
    const { plane } = this;
    const { view, slice } = plane;
    if (!slice.decodable) return;
    const distance = (share * view.extent) / view.zoom;
    const [x, y] = slice.project(plane.z);
    plane.setZ(slice.moveTo(plane.z, x + dx * distance, y + dy * distance), "keys");
    const [px, py] = this.focusPoint();
    const overshoot = (position: number, size: number) =>
      Math.min(0, size - VIEW_MARGIN - position) + Math.max(0, VIEW_MARGIN - position);
    const [panX, panY] = [overshoot(px, view.width), overshoot(py, view.height)];
    if (panX || panY) plane.changeView(() => view.panBy(panX, panY));
    plane.scheduleSendZ();
  }

  pickNearest() {
    const { plane } = this;
    const index = plane.picker.nearestPoint(...plane.slice.project(plane.z), 4 * plane.view.extent, (k) =>
      plane.isVisible(k),
    );
    if (index >= 0) plane.pickCode(index);
  }

  escape() {
    const { plane } = this;
    if (plane.pointer.activeDrag !== null) return plane.pointer.cancel();
    if (!plane.parts.help.hidden) return this.toggleHelp(false);
    if (plane.selection.mask) return plane.selectCodes(null);
    if (plane.pointer.selectionMode) return plane.pointer.toggleSelectionMode("");
    if (plane.picked >= 0) plane.pickCode(-1);
  }

  /** Opens a tool and emits that its key was pressed. */
  openTool(id: string) {
    this.plane.tools.openAndFocus(id);
    this.plane.events.emit("key", { id });
  }
}
