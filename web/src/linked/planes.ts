/** What this room needs of the planes that it links. */

import type { HasEvents, HasMessage, HasParts, HasSettings, MovesZ, ShowsMoment } from "../base/planes.ts";
import type { HasCodes, HasSelection } from "../codes/planes.ts";
import type { Codes } from "../codes/stamp_renderer.ts";
import type { HasView } from "../view/planes.ts";
import type { Viewport } from "../view/viewport.ts";

/** Lets its codes be drawn at other places than those of Python's message, which are `presentCodes`. */
export interface PlacesCodes {
  readonly presentCodes: Codes;
  showCodes(codes: Codes): void;
  preparePicking(): void;
  redrawCodes(): void;
  setHovered(index: number): void;
}

/** Knows whether another plane is linked to it. */
export interface LinkablePlane extends HasMessage, ShowsMoment, Pick<HasCodes, "codes"> {}

/** Follows another plane: whatever that one shows or selects can be shown and selected here. */
export interface LinkedPlane
  extends LinkablePlane, HasEvents, HasView, HasSettings, HasSelection, MovesZ, HasParts<"switches" | "surface"> {
  readonly ready: boolean;
  readonly closed: boolean;
  readonly scene: { updateLayers(): void };
  setHovered(index: number): void;
  setDragging(dragging: boolean): void;
  returnToDragStart(): void;
  applyMissedMessage(): void;
  noteSentCode(): void;
  pickCode(index: number, source?: "person" | "link"): void;
  selectCodes(mask: Uint8Array | null): void;
  copyView(view: Viewport): void;
  hideClasses(labels: Iterable<number>): void;
  applyLayers(layers: Record<string, boolean>): void;
}

export interface TravelPlane extends LinkedPlane, PlacesCodes {
  dropOutline(): void;
}

/** Shares z and the selected code with the other components of the page. */
export interface SharingPlane extends HasEvents, HasMessage, MovesZ, HasParts<"root"> {
  readonly scene: { updateLayers(): void };
  noteSentCode(): void;
}

export interface TitledPlane extends HasEvents, HasMessage, HasParts<"plane" | "panel" | "root" | "surface"> {
  readonly panel: { readonly image: HTMLElement };
}
