/**
 * The game that a tab stores while its page is loaded again, so that it continues where it was. A link that is opened
 * in the same tab begins anew, and so does a page of a lesson, which counts and compares from the state that it sets.
 */

import { readRecord, writeRecord } from "../base/array_json.js";
import { storeText, takeText } from "../base/browser_storage.js";
import { address } from "../host/host.js";

/**
 * @typedef {{setup: import("../../messages.js").Setup, state: import("../engine/saved_state.js").SavedState}}
 *   StoredGame
 */
/** @typedef {{isSlow: boolean, speed: string}} Pace slow motion, and the rounds at a time */

const GAME = "game";
const PACE = "game.pace";

/** @param {StoredGame} game */
export function storeGame(game) {
  storeText(GAME, writeRecord(game));
}

/** The stored game, which is then stored no longer; null if there is none. @returns {StoredGame | null} */
export const takeStoredGame = () => /** @type {StoredGame | null} */ (take(GAME));

/** @param {Pace} pace */
export function storePace(pace) {
  storeText(PACE, writeRecord(pace));
}

/** @returns {Pace | null} */
export const takeStoredPace = () => /** @type {Pace | null} */ (take(PACE));

/** @param {string} name @returns {object | null} */
function take(name) {
  const text = takeText(name);
  if (text === null || !address.isReopened() || isInLesson()) return null;
  try {
    return readRecord(text);
  } catch {
    return null; // a damaged record: the game begins anew
  }
}

/** @returns {boolean} */
const isInLesson = () => /[?&#]lesson=/.test(address.href());
