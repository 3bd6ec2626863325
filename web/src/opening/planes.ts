/** What the opening, its diagram and the invitation need of a plane. */

import type { HasEvents, HasMessage, HasParts, HasZ, MovesZ, ShowsMoment } from "../base/planes.ts";
import type { HasCodes, HasSprites } from "../codes/planes.ts";
import type { PlacesCodes } from "../linked/planes.ts";
import type { HasOverlays, HasView } from "../view/planes.ts";

export interface CrowdedPlane extends Pick<HasCodes, "codes">, Pick<HasView, "view"> {}

type InvitingParts = HasParts<"plane" | "surface" | "corner" | "legend">;
export interface InvitingPlane extends CrowdedPlane, HasEvents, HasMessage, HasZ, HasView, HasOverlays, InvitingParts {}

export interface DiagramPlane extends HasEvents, HasMessage, HasSprites, ShowsMoment, HasParts<"panel"> {
  readonly panel: { readonly image: HTMLCanvasElement };
}

export interface OpeningPlane extends InvitingPlane, Omit<DiagramPlane, "parts">, MovesZ, PlacesCodes {
  readonly parts: InvitingPlane["parts"] & DiagramPlane["parts"] & HasParts<"foot">["parts"];
  readonly closed: boolean;
}
