/**
 * The game that a tab stores while its page is loaded again, so that it continues where it was. A link that is opened
 * in the same tab begins anew, and so does a page of a lesson, which counts and compares from the state that it sets;
 * nothing is stored there.
 */

import { readRecord, writeRecord } from "../base/array_json.ts";
import { storeText, takeText } from "../base/browser_storage.ts";
import { address } from "../host/host.ts";
import type { Setup } from "../messages.ts";
import type { SavedState } from "../engine/saved_state.ts";

type StoredGame = { setup: Setup; state: SavedState };
/** Slow motion, and the rounds at a time. */
type Pace = { isSlow: boolean; speed: string };

const GAME = "game";
const PACE = "game.pace";
const VERSION = 1; // of the records

export function storeGame(game: StoredGame) {
  store(GAME, game);
}

/** The stored game, which is then stored no longer; null if there is none. Only its version is checked. */
export const takeStoredGame = (): StoredGame | null => takeRecord(GAME) as StoredGame | null;

export function storePace(pace: Pace) {
  store(PACE, pace);
}

export const takeStoredPace = (): Pace | null => takeRecord(PACE) as Pace | null;

function store(name: string, record: object) {
  if (isInLesson())
    takeText(name); // an older text must not be taken for this one
  else storeText(name, writeRecord({ v: VERSION, ...record }));
}

function takeRecord(name: string): object | null {
  const text = takeText(name);
  if (text === null || !address.isReopened() || isInLesson()) return null;
  try {
    const record = readRecord(text) as { v?: unknown } | null;
    return record?.v === VERSION ? record : null;
  } catch {
    return null; // a damaged record: the game begins anew
  }
}

const isInLesson = (): boolean => new URLSearchParams(address.search()).has("lesson");
