/** What lessons know of a plane: what they report of it, and where they highlight something. */

import type { HasEvents, HasMessage, HasSettings, HasZ, ShowsMoment } from "../base/planes.ts";
import type { HasOverlays, HasView } from "../view/planes.ts";

export interface LessonPlane extends HasEvents, HasMessage, HasZ, HasView, HasOverlays, HasSettings, ShowsMoment {
  readonly ready: boolean;
  readonly codes: { readonly xy: Float32Array; readonly labels?: ArrayLike<number> | null | undefined };
  readonly prior: { logDensity(z: Float32Array): number };
  readonly panel: { readonly image: HTMLCanvasElement };
  refresh(): void;
  moveZTo(z: Float32Array): void;
  toggleLayer(id: string): void;
}
