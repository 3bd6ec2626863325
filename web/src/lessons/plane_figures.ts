/**
 * The figures of a plane that a lesson may show, by their names in `app/lessons/vocabulary.py`; each is computed when
 * it is read.
 */

import { nearestDistance } from "../base/distances.ts";
import type { LessonPlane } from "./planes.ts";
import type { Figures } from "../base/event_types.ts";

/**
 * @param dOfZ D(z); NaN if it is unknown
 * @param changeOfImage since the experiment began
 */
export const planeFigures = (
  plane: LessonPlane,
  dOfZ: number,
  changeOfImage: () => number | undefined = () => undefined,
): Figures => ({
  d_z: dOfZ,
  get change() {
    return changeOfImage();
  },
  get z_norm() {
    return Math.hypot(...plane.z);
  },
  /** The distance of z from the nearest code of the present. */
  get nearest() {
    const codes = plane.fields.z?.values;
    return codes && !plane.pastFrame ? nearestDistance(codes, plane.z) : undefined;
  },
  get log_p() {
    return plane.prior.logDensity(plane.z);
  },
  get moment() {
    return plane.pastFrame?.step;
  },
});
