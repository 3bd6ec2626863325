/**
 * Marks and records that the browser stores for this tab or across visits. Where storage is forbidden, nothing counts
 * as noted.
 */

const PREFIX = "latent-space-explorer.";

/** For this tab, or across visits. */
type StorageName = "sessionStorage" | "localStorage";

/** @returns whether it was noted */
export function hasStoredMark(storage: StorageName, name: string): boolean {
  try {
    return window[storage].getItem(PREFIX + name) !== null;
  } catch {
    return false;
  }
}

export function storeMark(storage: StorageName, name: string) {
  try {
    window[storage].setItem(PREFIX + name, "1");
  } catch {
    // the mark is then missing at the next visit
  }
}

/** A record that was stored across visits; null if there is none that can be read. */
export function readStoredRecord(name: string): unknown {
  try {
    return JSON.parse(window.localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

export function storeRecord(name: string, record: object) {
  try {
    window.localStorage.setItem(PREFIX + name, JSON.stringify(record));
  } catch {
    // the record is then missing at the next visit
  }
}

/** Stores a text for this tab. */
export function storeText(name: string, text: string) {
  try {
    window.sessionStorage.setItem(PREFIX + name, text);
  } catch {
    takeText(name); // without room for it, an older text must not be taken for this one
  }
}

/** A text that was stored for this tab, and is then stored no longer. */
export function takeText(name: string): string | null {
  try {
    const text = window.sessionStorage.getItem(PREFIX + name);
    window.sessionStorage.removeItem(PREFIX + name);
    return text;
  } catch {
    return null;
  }
}
