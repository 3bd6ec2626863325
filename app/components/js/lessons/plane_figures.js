/**
 * The figures of a plane that a lesson may show, by their names in `app/lessons/vocabulary.py`; each is computed when
 * it is read.
 */

import { nearestDistance } from "../base/distances.js";

/**
 * @param {import("./planes.js").LessonPlane} plane
 * @param {number} dOfZ D(z); NaN if it is unknown
 * @param {() => number | undefined} [changeOfImage] since the experiment began
 * @returns {import("./figures.js").Figures}
 */
export const planeFigures = (plane, dOfZ, changeOfImage = () => undefined) => ({
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
