/** What this room needs of a plane to lead paths through its codes. */

import type { HasEvents, HasMessage, HasParts, HasTools, HasUrlState, HasZ, MovesZ } from "../base/planes.ts";
import type { PicksCodes } from "../choice/planes.ts";
import type { HasCodes } from "../codes/planes.ts";
import type { HasDecoder } from "../networks/planes.ts";
import type { HasPrior } from "../priors/planes.ts";
import type { HasOverlays, HasView } from "../view/planes.ts";

/** Codes with their classes, of which means are computed. */
export interface MeansPlane extends HasMessage, Pick<HasCodes, "codes"> {}

/** Codes and a decoder, of which graphs and geodesics are computed. */
export interface GeometryPlane extends MeansPlane, HasDecoder {}

/** A drag of an element on the plane, instead of z. */
export interface DragHandler {
  move: (x: number, y: number) => void;
  cancel: () => void;
}

/** Has elements at codes' places; a drag of some of them moves the element instead of z. */
export interface MarkedPlane extends HasView, HasOverlays, HasParts<"surface"> {}

export interface PathMarksPlane extends MarkedPlane {
  readonly pointer: { readonly dragHandlers: { set(element: HTMLElement, begin: () => DragHandler): unknown } };
}

export interface PathPlane
  extends
    GeometryPlane,
    PathMarksPlane,
    HasEvents,
    HasTools,
    HasUrlState,
    HasPrior,
    HasZ,
    Pick<PicksCodes, "picked">,
    Pick<MovesZ, "moveZTo"> {
  readonly dragging: boolean;
}
