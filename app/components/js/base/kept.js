/**
 * Small values that the browser stores for this tab or across visits. A browser that forbids storage returns nothing.
 */

const PREFIX = "latent-space-explorer.";

/** @typedef {"sessionStorage" | "localStorage"} Place the tab's visit, or the browser */

/** @param {Place} place @param {string} name @returns {boolean} whether it was noted */
export function isNoted(place, name) {
  try {
    return window[place].getItem(PREFIX + name) !== null;
  } catch {
    return false;
  }
}

/** @param {Place} place @param {string} name */
export function note(place, name) {
  try {
    window[place].setItem(PREFIX + name, "1");
  } catch {
    // then it is asked anew at the next visit
  }
}
