/** What this room needs of a plane to show where the user's own image is encoded. */

import type { HasEvents, HasMessage, HasParts, HasTools, MovesZ } from "../base/planes.js";
import type { NeighbourPlane } from "../choice/planes.js";
import type { HasCodes } from "../codes/planes.js";
import type { HasDecoder } from "../networks/planes.js";
import type { HasPrior } from "../priors/planes.js";
import type { HasOverlays, HasView } from "../view/planes.js";

/** Encodes and decodes images. */
export interface EncodingPlane extends HasDecoder, Pick<HasMessage, "header"> {}

export interface DrawPlane
  extends
    EncodingPlane,
    NeighbourPlane,
    HasEvents,
    HasMessage,
    HasTools,
    HasView,
    HasOverlays,
    HasPrior,
    Pick<HasCodes, "codes">,
    Pick<MovesZ, "moveZTo">,
    HasParts<"root"> {}
