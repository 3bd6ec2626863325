/**
 * The figures of the grid of styles that a lesson may show, by their names in `app/lessons/vocabulary.py`; each is
 * computed when it is read.
 */

/**
 * @param {ArrayLike<number> & Iterable<number>} z the live row's style
 * @param {() => number | undefined} changeOfRow how much of the live row's images has changed since the experiment began
 * @returns {import("../lessons/figures.js").Figures}
 */
export const styleFigures = (z, changeOfRow) => ({
  z_norm: Math.hypot(...z),
  get row_change() {
    return changeOfRow();
  },
});
