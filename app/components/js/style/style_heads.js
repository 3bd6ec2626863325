/**
 * What stands over the columns and before the rows of the grid.
 */

/** @typedef {import("./style_table.js").Head} Head */
/** @typedef {import("./style_layout.js").Layout} Layout */

/**
 * A content between two classes, in words.
 * @param {Layout["blend"]} blend
 * @param {string[]} classes
 */
export function blendText({ a, b, t }, classes) {
  const share = Math.round(100 * t);
  if (a === b || share === 0) return classes[a];
  return share === 100 ? classes[b] : `${100 - share} % ${classes[a]}, ${share} % ${classes[b]}`;
}

/**
 * The live ones first.
 * @param {Object<string, any>} header
 * @param {Layout} layout
 * @param {(image: number) => string} nameOf class of an image
 * @returns {{rows: Head[], columns: Head[]}}
 */
export function headsOf({ classes, colours }, { rows, columns, blend }, nameOf) {
  const mixed = blendText(blend, classes);
  const short = blend.t > 0 && blend.t < 1 && blend.a !== blend.b ? `${classes[blend.a]}→${classes[blend.b]}` : mixed;
  const styles = rows.map((image) => ({ name: String(image), said: `style of image ${image}, ${nameOf(image)}`, image }));
  const contents = columns.map((k) => ({ name: classes[k], said: `content ${classes[k]}`, colour: colours[k] }));
  return {
    rows: [{ name: "", note: "live", said: "Live style" }, ...styles],
    columns: [{ name: short, note: "live", said: "Live content", now: mixed }, ...contents],
  };
}
