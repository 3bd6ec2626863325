/**
 * The headers of the grid's columns and rows.
 */

import { translate } from "../base/translate.js";

/** @typedef {import("./style_table.js").Header} Header */
/** @typedef {import("./style_layout.js").Layout} Layout */

/**
 * A content between two others, in words.
 * @param {Layout["blend"]} blend
 * @param {string[]} contents their names
 * @returns {string}
 */
export function blendText({ a, b, t }, contents) {
  const share = Math.round(100 * t);
  if (a === b || share === 0) return contents[a];
  return share === 100 ? contents[b] : `${100 - share} % ${contents[a]}, ${share} % ${contents[b]}`;
}

/**
 * The live ones first.
 * @param {import("../../messages.js").About} header
 * @param {Layout} layout
 * @param {{nameOf: (image: number) => string, idOf: (image: number) => string}} items nameOf: the class of an image, after
 *   its id if that is known; idOf: the id, "" if it is not known
 * @returns {{rows: Header[], columns: Header[]}}
 */
export function gridHeaders(
  { classes, contents: names, colours, features },
  { rows, columns, blend },
  { nameOf, idOf },
) {
  const blendName = blendText(blend, names);
  // a class, with its colour; else a cluster, known by its number
  const isClass = (/** @type {number} */ k) => names[k] === classes[k];
  const shortName = (/** @type {number} */ k) => (isClass(k) ? names[k] : String(k));
  const isMixed = blend.t > 0 && blend.t < 1 && blend.a !== blend.b;
  const shortTitle = isMixed
    ? `${shortName(blend.a)}→\u200b${shortName(blend.b)}`
    : shortName(Math.round(blend.t) ? blend.b : blend.a);
  const itemWord = features ? translate("row") : translate("image");
  /** @type {Header[]} */
  const styles = rows.map((image) => ({
    name: idOf(image) || String(image),
    note: idOf(image) ? undefined : itemWord,
    spokenText: translate("style of image {image}, {name}", { image, name: nameOf(image) }),
    image,
  }));
  const contents = columns.map((k) => {
    /** @type {Header} */
    const header = { name: shortName(k), spokenText: translate("content {name}", { name: names[k] }) };
    if (isClass(k)) header.colour = colours[k];
    return header;
  });
  return {
    rows: [{ name: "", note: translate("live"), spokenText: translate("Live style") }, ...styles],
    columns: [
      { name: shortTitle, note: translate("live"), spokenText: translate("Live content"), liveText: blendName },
      ...contents,
    ],
  };
}
