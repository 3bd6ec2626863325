/**
 * The state of a plane: Python's message, z and the user's choices; how the user, a tool or Python changes z and the
 * selected code, and what is sent to Python about it. This module touches no elements of the page.
 */

import { EchoFilter, areArraysEqual } from "../base/echo_filter.ts";
import { EventEmitter } from "../base/events.ts";
import { formatCode } from "../base/number_format.ts";
import { HitTester } from "../codes/hit_test.ts";
import { necessaryShapes } from "../codes/markers.ts";
import { isShowingPast } from "../linked/linked_planes.ts";
import { Prior } from "../priors/prior.ts";
import { projectAll, makeSlice } from "../view/slice.ts";
import { Viewport } from "../view/viewport.ts";
import { translate } from "../base/translate.ts";
import type { PlaneMessage, DisplaySettings } from "./display_settings.ts";
import type { PlaneEvents } from "../base/event_types.ts";
import type { SendMessage } from "../host/host.ts";
import type { Codes } from "../codes/stamp_renderer.ts";
import type { PastFrame } from "../time/planes.ts";
import type { ZSource } from "../base/planes.ts";

const SEND_DELAY = 350; // milliseconds after the last key before z is sent to Python
const PICK_RADIUS = 9; // CSS pixels from a code at which the pointer finds it

export class PlaneState {
  events: EventEmitter<PlaneEvents> = new EventEmitter();
  sendMessage: SendMessage = () => {};
  ready = false;
  view = new Viewport();
  header = {} as PlaneMessage["header"];
  fields = {} as PlaneMessage["fields"];
  z: Float32Array<ArrayBufferLike> = new Float32Array(0);
  slice = makeSlice({});
  prior = new Prior({ dim: 0, prior: null, typical: null }, {});
  settings: DisplaySettings = {
    layers: {},
    layerEchoes: new EchoFilter(),
    hidden: new Set(),
    allSwitches: false,
    feature: 0,
  };
  codes: Codes = { xy: new Float32Array(0), labels: null, content: null, colours: [], shapes: [] };
  /** The codes at the places of Python's message; `codes` may be drawn at others. */
  presentCodes = this.codes;
  picker = new HitTester(this.codes.xy);
  /** What is known about an earlier training step while it is shown. */
  pastFrame: PastFrame | null = null;
  /** Indices of the selected code and of the one under the pointer, or −1. */
  picked: number;
  hovered: number;
  /**
   * The outline drawn around the selected codes (x and y in turn, or empty) and the training step at which it was
   * drawn, null for the present.
   */
  outline: { polygon: number[]; step: number | null } = { polygon: [], step: null };
  dragging: boolean;
  closed: boolean;
  /** Whether the newest message came during a drag, so that its z and selected code were not taken. */
  missedMessage = false;
  /** Values of z and of the selected code that were sent to Python, whose echoes must not undo anything. */
  echoes = { z: new EchoFilter(areArraysEqual), picked: new EchoFilter() as EchoFilter<number> };
  /** Timers, 0 if none runs: after z was moved by keys, and after the view was changed. */
  settleTimer: number;
  viewTimer: number;

  /** The state before the first message. */
  constructor() {
    this.picked = this.hovered = -1;
    this.dragging = this.closed = false;
    this.settleTimer = this.viewTimer = 0;
  }

  /**
   * Draws at the next animation frame.
   * @param withLayers whether layers and codes are drawn again too
   */
  refresh(withLayers?: boolean) {
    throw new Error(`Nobody draws this plane${withLayers ? " anew" : ""}.`);
  }

  // Messages from Python ----------------------------------------------------------------------------------------------

  /**
   * Takes z and the selected code from Python, unless they are echoes or a drag is under way. It emits no event,
   * because the rest of the message is not in place yet.
   * @param isOtherRevision whether the message is about another revision than before
   * @returns which of them have changed
   */
  acceptCode(header: PlaneMessage["header"], isOtherRevision: boolean): { z: boolean; picked: boolean } {
    this.missedMessage = this.dragging && !isOtherRevision;
    if (this.missedMessage) return { z: false, picked: false };
    const z = Float32Array.from(header.code);
    const index = header.picked ?? -1;
    const [isNewZ, isNewPick] = [this.echoes.z.isNewValue(z), this.echoes.picked.isNewValue(index)];
    const changes = { z: isOtherRevision || isNewZ, picked: (isOtherRevision || isNewPick) && index !== this.picked };
    if (changes.z) this.z = z;
    if (changes.picked) this.picked = index;
    return changes;
  }

  /** Computes the codes' places on the plane. */
  placeCodes(header: PlaneMessage["header"], fields: PlaneMessage["fields"]) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = fields.xy?.values ?? projectAll(z, header.dim, this.slice);
    this.codes = this.presentCodes = {
      xy,
      content: (fields.content ?? fields.labels)?.values ?? null,
      ...this.codeColours(header, fields),
    };
    this.preparePicking();
  }

  /** Gives the codes other groups; they stay where they are drawn. */
  colourCodes(header: PlaneMessage["header"], fields: PlaneMessage["fields"]) {
    const colours = this.codeColours(header, fields);
    const arePresent = this.codes === this.presentCodes;
    this.presentCodes = { ...this.presentCodes, ...colours };
    this.codes = arePresent ? this.presentCodes : { ...this.codes, ...colours };
  }

  /** The group or class of each code, and their colours and shapes. */
  codeColours(header: PlaneMessage["header"], fields: PlaneMessage["fields"]) {
    return {
      labels: (fields.groups ?? fields.labels)?.values ?? null,
      colours: header.colours,
      shapes: this.markerShapes(),
    };
  }

  /** The shapes of the classes: circles, unless shapes are switched on or the colours are fewer than the classes. */
  markerShapes(): string[] {
    const { colours, shapes } = this.header;
    return this.settings.layers.shapes ? shapes : necessaryShapes(colours, shapes);
  }

  /** Gives the codes the shapes that the switches ask for. */
  updateShapes() {
    if (!this.ready) return;
    const shapes = this.markerShapes();
    if (shapes.join() === this.codes.shapes.join()) return;
    for (const codes of [this.codes, this.presentCodes]) codes.shapes = shapes;
  }

  /**
   * Draws the codes at other places than those of Python's message, until `preparePicking` without picking them there.
   */
  showCodes(codes: Codes) {
    this.codes = codes;
  }

  /** Lets the pointer find the codes where they are drawn now. */
  preparePicking() {
    this.picker = new HitTester(this.codes.xy);
  }

  /** Shows an earlier training step, or the present with null. */
  setPastFrame(frame: PastFrame | null) {
    this.pastFrame = frame;
  }

  /** Drops the outline drawn around the selected codes; they stay selected. */
  dropOutline() {
    this.outline = { polygon: [], step: null };
  }

  // z -----------------------------------------------------------------------------------------------------------------

  /** Moves z. */
  setZ(z: Float32Array, source: ZSource) {
    this.z = z;
    this.refresh(
      !["drag", "keys", "link"].includes(source) &&
        this.slice.decodable &&
        z.length > this.slice.shownDimensions.length,
    );
    this.events.emit("z", { source });
  }

  /** Moves z and, unless `send` is false, sends it to Python. */
  moveZTo(z: Float32Array, source = "tool" as "tool" | "link", send = true) {
    if (this.closed) return;
    this.setZ(Float32Array.from(z), source);
    if (send) this.sendZ();
  }

  /** Sends z to Python once it has not been moved by a key for a while. */
  scheduleSendZ() {
    window.clearTimeout(this.settleTimer);
    this.settleTimer = window.setTimeout(() => this.sendZ(), SEND_DELAY);
  }

  /** Sends z to Python, which clears the selected code. */
  sendZ() {
    window.clearTimeout(this.settleTimer);
    this.settleTimer = 0;
    if (!this.ready) return;
    this.noteSentCode();
    this.sendMessage("code", { z: Array.from(this.z) });
    this.events.emit("commit");
  }

  /**
   * Notes that this z was sent to Python, by this or another component, and will come back; no code is selected any
   * more.
   */
  noteSentCode() {
    this.echoes.z.noteSent(this.z.slice());
    this.echoes.picked.noteSent(-1);
    if (this.picked < 0) return;
    this.picked = -1;
    this.events.emit("pick", { index: -1, source: "commit" });
  }

  /** Sends all delayed changes at once, because the user may be about to leave the page. */
  sendPending() {
    if (this.settleTimer) this.sendZ();
    if (this.viewTimer) this.sendView();
    this.events.emit("rest");
  }

  sendView() {
    window.clearTimeout(this.viewTimer);
    this.viewTimer = 0;
    this.sendMessage("view", this.view.isAtHome ? { home: true } : this.view.visibleSquare);
  }

  // Codes -------------------------------------------------------------------------------------------------------------

  /**
   * Selects a code and moves z to it; −1 clears the selection. Its index is sent to Python, or z while an earlier step
   * is shown, unless it was selected on another plane.
   */
  pickCode(index: number, source: "person" | "link" = "person") {
    this.picked = index;
    this.echoes.picked.noteSent(index);
    const code = index < 0 ? null : this.codeOf(index);
    if (code) {
      window.clearTimeout(this.settleTimer); // a z moved by keys before is out of date
      this.settleTimer = 0;
      this.echoes.z.noteSent(Float32Array.from(code));
      this.setZ(Float32Array.from(code), source === "link" ? "link" : "tool");
    }
    if (source === "person" && index >= 0 && isShowingPast(this)) {
      this.echoes.picked.noteSent(-1); // Python knows only the present codes, so it is sent z instead
      this.sendMessage("code", { z: Array.from(this.z) });
    } else if (source === "person") this.sendMessage("picked", { index });
    this.refresh();
    this.events.emit("pick", { index, source });
  }

  codeIndexAt(x: number, y: number): number {
    if (!this.settings.layers.codes) return -1;
    return this.picker.nearestPoint(...this.view.toPlane(x, y), PICK_RADIUS / this.view.scale, (k) =>
      this.isVisible(k),
    );
  }

  /** Whether a code's class is shown, and the filter lets it through. */
  isVisible(index: number): boolean {
    return !this.settings.hidden.has(this.labelOf(index)) && this.passesFilter(index);
  }

  /** Whether the filter lets a code through. */
  passesFilter(index: number): boolean {
    const { matches } = this.fields;
    return !matches || matches.values[index] === 1;
  }

  /** Class of a code by number, −1 where it has none. */
  labelOf(index: number): number {
    return this.codes.labels ? this.codes.labels[index] : -1;
  }

  /** Class of a code, or its number where it has none. */
  codeName(index: number): string {
    return this.header.classes[this.labelOf(index)] ?? translate("code {index}", { index });
  }

  /** z of a code as text. */
  codeText(index: number): string {
    const z = this.codeOf(index);
    return z ? formatCode(z, 4) : "";
  }

  /** z of a code at the training step that is shown. */
  codeOf(index: number): Float32Array | null {
    const { dim } = this.header;
    if (this.pastFrame) return this.pastFrame.codeOf(index);
    return (this.fields.z?.values as Float32Array | undefined)?.slice(index * dim, (index + 1) * dim) ?? null;
  }
}
