/** What this room needs of a plane to move z along directions. */

import type { HasEvents, HasTools, HasUrlState, MovesZ } from "../base/planes.ts";
import type { HasTasks } from "../codes/planes.ts";
import type { HasDecoder } from "../networks/planes.ts";
import type { MarkedPlane, MeansPlane } from "../paths/planes.ts";

/** Has a marked group at each end of a line. */
export interface GroupsPlane extends MarkedPlane, Pick<MeansPlane, "header"> {}

export interface DirectionsPlane
  extends GroupsPlane, MeansPlane, MovesZ, HasEvents, HasTools, HasUrlState, HasDecoder, HasTasks {
  readonly panel: { readonly image: HTMLCanvasElement };
}
