/**
 * Marks and records that the browser stores for this tab or across visits. Where storage is forbidden, nothing counts
 * as noted.
 */

const PREFIX = "latent-space-explorer.";

/** @typedef {"sessionStorage" | "localStorage"} StorageName for this tab, or across visits */

/**
 * @param {StorageName} storage
 * @param {string} name
 * @returns {boolean} whether it was noted
 */
export function hasStoredMark(storage, name) {
  try {
    return window[storage].getItem(PREFIX + name) !== null;
  } catch {
    return false;
  }
}

/**
 * @param {StorageName} storage
 * @param {string} name
 */
export function storeMark(storage, name) {
  try {
    window[storage].setItem(PREFIX + name, "1");
  } catch {
    // the mark is then missing at the next visit
  }
}

/**
 * A record that was stored across visits; null if there is none that can be read.
 * @param {string} name
 * @returns {unknown}
 */
export function readStoredRecord(name) {
  try {
    return JSON.parse(window.localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {object} record
 */
export function storeRecord(name, record) {
  try {
    window.localStorage.setItem(PREFIX + name, JSON.stringify(record));
  } catch {
    // the record is then missing at the next visit
  }
}

/**
 * Stores a text for this tab.
 * @param {string} name
 * @param {string} text
 */
export function storeText(name, text) {
  try {
    window.sessionStorage.setItem(PREFIX + name, text);
  } catch {
    takeText(name); // without room for it, an older text must not be taken for this one
  }
}

/** A text that was stored for this tab, and is then stored no longer. @param {string} name @returns {string | null} */
export function takeText(name) {
  try {
    const text = window.sessionStorage.getItem(PREFIX + name);
    window.sessionStorage.removeItem(PREFIX + name);
    return text;
  } catch {
    return null;
  }
}
