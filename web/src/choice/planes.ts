/** What this room needs of a plane to inspect one code, or to show and save several. */

import type { HasEvents, HasMessage, HasParts, HasTools, MovesZ, ShowsMoment } from "../base/planes.ts";
import type { DescribesCodes, HasCodes, HasItems, HasSprites, HasTasks } from "../codes/planes.ts";
import type { HasDecoder } from "../networks/planes.ts";

/** Selects a code by its index and moves z to it; −1 clears the selection. */
export interface PicksCodes {
  readonly picked: number;
  pickCode(index: number): void;
}

/** Shows codes as buttons that pick them. */
export interface NeighbourPlane extends HasSprites, Pick<PicksCodes, "pickCode">, Pick<DescribesCodes, "codeName"> {}

/** Knows what there is to show of a single code. */
export interface CodeDataPlane
  extends HasMessage, HasDecoder, HasSprites, ShowsMoment, Pick<HasCodes, "codes">, Pick<DescribesCodes, "codeOf"> {}

export interface InspectedPlane
  extends HasItems, CodeDataPlane, NeighbourPlane, PicksCodes, DescribesCodes, HasEvents, HasTools {}

/** Codes that are saved as an archive. */
export interface ArchivedPlane extends HasMessage, HasSprites, Pick<DescribesCodes, "labelOf"> {}

/** Compares selected codes with all others. */
export interface DifferencePlane extends HasDecoder, HasEvents, HasMessage {}

/** Finds items, shows the first and selects all of them. */
export interface FindingPlane extends HasItems, HasCodes, PicksCodes, HasEvents {
  selectCodes(mask: Uint8Array | null): void;
}

export interface SelectionPlane
  extends
    ArchivedPlane,
    HasItems,
    HasCodes,
    HasDecoder,
    HasTasks,
    HasEvents,
    DescribesCodes,
    Pick<MovesZ, "moveZTo">,
    HasParts<"surface"> {
  selectCodes(mask: Uint8Array | null): void;
}
