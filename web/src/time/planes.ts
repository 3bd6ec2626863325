/** What this room needs of a plane to show it at an earlier training step. */

import type { Field } from "../messages.ts";
import type { HasEvents, HasMessage, HasParts, HasSettings, HasUrlState, ShowsMoment } from "../base/planes.ts";
import type { HasCodes, HasSelection } from "../codes/planes.ts";
import type { SendMessage } from "../host/host.ts";
import type { PlacesCodes } from "../linked/planes.ts";
import type { HasDecoder } from "../networks/planes.ts";
import type { HasOverlays, HasView } from "../view/planes.ts";

/** What is known about an earlier training step while it is shown. */
export interface PastFrame {
  step: number;
  /** D's surface; null if it was not saved. */
  surface: Field | null;
  discriminatorAt: (z: Float32Array) => number;
  codeOf: (index: number) => Float32Array | null;
}

export interface PastPlane
  extends
    HasEvents,
    HasMessage,
    HasView,
    HasOverlays,
    HasCodes,
    HasSelection,
    HasSettings,
    HasDecoder,
    PlacesCodes,
    ShowsMoment {
  readonly closed: boolean;
  readonly scene: { startTasks(): void };
  setPastFrame(frame: PastFrame | null): void;
  updateSwitches(): void;
  refresh(): void;
}

export interface LivePlane extends PastPlane, HasParts<"foot"> {}

export interface TimeMachinePlane extends PastPlane, HasUrlState, HasParts<"ground"> {
  readonly sendMessage: SendMessage;
}
