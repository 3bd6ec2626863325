/**
 * The figures of the grid of styles that a lesson may show, by their names in `app/lessons/vocabulary.py`; each is
 * computed when it is read.
 */

import type { Figures } from "../base/event_types.ts";

/**
 * @param z the live row's style
 * @param changeOfRow how much of the live row's images has changed since the experiment began
 */
export const styleFigures = (
  z: ArrayLike<number> & Iterable<number>,
  changeOfRow: () => number | undefined,
): Figures => ({
  z_norm: Math.hypot(...z),
  get row_change() {
    return changeOfRow();
  },
});
