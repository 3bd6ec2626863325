/**
 * No part of a page that was left is waited for.
 *
 * React Aria, with which Streamlit (1.67) is made, keeps each element that begins to fade or to move until that has ended. Of an
 * element that is taken away meanwhile it hears of the end of one transition alone: where it had two, as most have, the element and
 * all that it is part of stay in the browser's memory. It needs to know for a single purpose, to set the focus once all is at
 * rest; now it sets it with the next picture.
 */

/** @param {Pick<Window, "addEventListener">} browser whose document hears of no transition that begins, from now on */
export function keepNothing(browser) {
  browser.addEventListener("transitionrun", (event) => event.stopImmediatePropagation(), true);
}
