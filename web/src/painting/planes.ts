/** What this room needs of a plane to paint on it. */

import type { HasEvents, HasMessage, HasParts } from "../base/planes.ts";
import type { SendMessage } from "../host/host.ts";
import type { HasView } from "../view/planes.ts";

export interface PaintedPlane extends HasEvents, HasMessage, HasView, HasParts<"root" | "surface" | "panel"> {
  readonly sendMessage: SendMessage;
}
