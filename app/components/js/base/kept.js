/**
 * Marks that the browser stores for this tab or across visits. Where storage is forbidden, nothing counts as noted.
 */

const PREFIX = "latent-space-explorer.";

/** @typedef {"sessionStorage" | "localStorage"} Place for this tab, or across visits */

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
    // the mark is then missing at the next visit
  }
}
