/**
 * The headers of the grid's columns and rows.
 */

/** @typedef {import("./style_table.js").Head} Head */
/** @typedef {import("./style_layout.js").Layout} Layout */

/** A content between two others, in words. @param {Layout["blend"]} blend @param {string[]} contents their names */
export function blendText({ a, b, t }, contents) {
  const share = Math.round(100 * t);
  if (a === b || share === 0) return contents[a];
  return share === 100 ? contents[b] : `${100 - share} % ${contents[a]}, ${share} % ${contents[b]}`;
}

/**
 * The live ones first.
 * @param {import("../../messages.js").About} header
 * @param {Layout} layout
 * @param {(image: number) => string} nameOf class of an image
 * @returns {{rows: Head[], columns: Head[]}}
 */
export function headsOf({ classes, contents: names, colours }, { rows, columns, blend }, nameOf) {
  const mixed = blendText(blend, names);
  const named = (/** @type {number} */ k) => names[k] === classes[k]; // a class, with its colour; else a cluster, known by its number
  const brief = (/** @type {number} */ k) => (named(k) ? names[k] : String(k));
  const between = blend.t > 0 && blend.t < 1 && blend.a !== blend.b;
  const short = between ? `${brief(blend.a)}→\u200b${brief(blend.b)}` : brief(Math.round(blend.t) ? blend.b : blend.a);
  /** @type {Head[]} */
  const styles = rows.map((image) => ({ name: String(image), said: `style of image ${image}, ${nameOf(image)}`, image }));
  const contents = columns.map((k) => {
    /** @type {Head} */
    const head = { name: brief(k), said: `content ${names[k]}` };
    if (named(k)) head.colour = colours[k];
    return head;
  });
  return {
    rows: [{ name: "", note: "live", said: "Live style" }, ...styles],
    columns: [{ name: short, note: "live", said: "Live content", now: mixed }, ...contents],
  };
}
