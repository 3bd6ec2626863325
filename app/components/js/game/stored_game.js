/**
 * The game that a tab stores while its page is loaded again, so that it continues where it was. A link that is opened
 * in the same tab begins anew, and so does a page of a lesson, which counts and compares from the state that it sets;
 * nothing is stored there.
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
const VERSION = 1; // of the records

/** @param {StoredGame} game */
export function storeGame(game) {
  store(GAME, game);
}

/**
 * The stored game, which is then stored no longer; null if there is none. Only its version is checked.
 * @returns {StoredGame | null}
 */
export const takeStoredGame = () => /** @type {StoredGame | null} */ (takeRecord(GAME));

/** @param {Pace} pace */
export function storePace(pace) {
  store(PACE, pace);
}

/** @returns {Pace | null} */
export const takeStoredPace = () => /** @type {Pace | null} */ (takeRecord(PACE));

/**
 * @param {string} name
 * @param {object} record
 */
function store(name, record) {
  if (isInLesson())
    takeText(name); // an older text must not be taken for this one
  else storeText(name, writeRecord({ v: VERSION, ...record }));
}

/** @param {string} name @returns {object | null} */
function takeRecord(name) {
  const text = takeText(name);
  if (text === null || !address.isReopened() || isInLesson()) return null;
  try {
    const record = /** @type {{v?: unknown} | null} */ (readRecord(text));
    return record?.v === VERSION ? record : null;
  } catch {
    return null; // a damaged record: the game begins anew
  }
}

/** @returns {boolean} */
const isInLesson = () => new URLSearchParams(address.search()).has("lesson");
