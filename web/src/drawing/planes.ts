/** What this room needs of a plane to show where the user's own image is encoded. */

import type { HasEvents, HasMessage, HasParts, HasTools, MovesZ } from "../base/planes.ts";
import type { NeighbourPlane } from "../choice/planes.ts";
import type { HasCodes } from "../codes/planes.ts";
import type { HasDecoder } from "../networks/planes.ts";
import type { HasPrior } from "../priors/planes.ts";
import type { HasOverlays, HasView } from "../view/planes.ts";

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
