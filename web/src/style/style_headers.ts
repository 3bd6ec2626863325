/**
 * The headers of the grid's columns and rows.
 */

import { translate } from "../base/translate.ts";
import type { Header } from "./style_table.ts";
import type { Layout, About } from "../messages.ts";

/**
 * A content between two others, in words.
 * @param contents their names
 */
export function blendText({ a, b, t }: Layout["blend"], contents: string[]): string {
  const share = Math.round(100 * t);
  if (a === b || share === 0) return contents[a];
  return share === 100 ? contents[b] : `${100 - share} % ${contents[a]}, ${share} % ${contents[b]}`;
}

/**
 * The live ones first.
 * @param items nameOf: the class of an image, after its id if that is known; idOf: the id, "" if it is not known
 */
export function gridHeaders(
  { classes, contents: names, colours, features }: About,
  { rows, columns, blend }: Layout,
  { nameOf, idOf }: { nameOf: (image: number) => string; idOf: (image: number) => string },
): { rows: Header[]; columns: Header[] } {
  const blendName = blendText(blend, names);
  // a class, with its colour; else a cluster, known by its number
  const isClass = (k: number) => names[k] === classes[k];
  const shortName = (k: number) => (isClass(k) ? names[k] : String(k));
  const isMixed = blend.t > 0 && blend.t < 1 && blend.a !== blend.b;
  const shortTitle = isMixed
    ? `${shortName(blend.a)}→\u200b${shortName(blend.b)}`
    : shortName(Math.round(blend.t) ? blend.b : blend.a);
  const itemWord = features ? translate("row") : translate("image");
  const styles: Header[] = rows.map((image) => ({
    name: idOf(image) || String(image),
    note: idOf(image) ? undefined : itemWord,
    spokenText: translate("style of image {image}, {name}", { image, name: nameOf(image) }),
    image,
  }));
  const contents = columns.map((k) => {
    const header: Header = { name: shortName(k), spokenText: translate("content {name}", { name: names[k] }) };
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
