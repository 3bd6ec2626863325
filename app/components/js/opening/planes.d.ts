/** What the opening and the invitation need of a plane. */

import type { HasEvents, HasMessage, HasParts, HasZ } from "../base/planes.js";
import type { HasOverlays, HasView } from "../view/planes.js";

export interface InvitingPlane
  extends HasEvents, HasMessage, HasZ, HasView, HasOverlays, HasParts<"plane" | "surface" | "corner" | "legend"> {}

export interface OpeningPlane extends InvitingPlane {
  readonly parts: InvitingPlane["parts"] & HasParts<"foot">["parts"];
  readonly closed: boolean;
  readonly scene: { isShown(layer: string): boolean };
}
