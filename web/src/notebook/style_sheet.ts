/** The style sheet of a widget, which stands before its script as a constant. */

import { memoizeLast } from "../base/memoize.ts";

declare const PAGE_STYLE: string;

export const pageStyleSheet = memoizeLast(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PAGE_STYLE);
  return sheet;
});
