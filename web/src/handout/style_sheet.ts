/** The style sheet of a document, which its components need in their shadow roots. */

import { memoizeLast } from "../base/memoize.ts";

export const pageStyleSheet = memoizeLast(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(document.getElementById("style")?.textContent ?? "");
  return sheet;
});
