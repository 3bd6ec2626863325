/** What this room needs of a plane to paint on it. */

import type { HasEvents, HasMessage, HasParts } from "../base/planes.js";
import type { SendMessage } from "../host/host.js";
import type { HasView } from "../view/planes.js";

export interface PaintedPlane extends HasEvents, HasMessage, HasView, HasParts<"root" | "surface" | "panel"> {
  readonly sendMessage: SendMessage;
}
