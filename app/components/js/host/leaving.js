/**
 * Going to another page is the last thing that Streamlit hears of this one.
 *
 * A part's message is sent a moment later, by a timer. If it reaches the server after the change of page, the old page runs
 * there and the new one stays blank or disappears again; if just before, the server may discard it (Streamlit 1.67). So a
 * change of page, by a link or by a lesson, waits until Python has answered, or for a moment; messages sent after that wait
 * until it is known that the page stays.
 */

import { LINKS, address } from "./host.js";

const PATIENCE = 1500; // milliseconds that an answer is waited for
const GONE = 3000; // milliseconds after which a turn led nowhere else

/** @typedef {{tellPending?: () => void}} Part a part of the page that may have something left to say */

export class Leaving {
  /** @param {{addEventListener: Function, querySelectorAll: Function}} page */
  constructor(page) {
    this.page = page;
    /** @type {Set<Part>} */
    this.parts = new Set();
    /** How often each told something and had no answer yet. @type {Map<Part, number>} */
    this.owed = new Map();
    /** Parts that have heard of Python since the turn: theirs is a page that stays. @type {Set<Part>} */
    this.staying = new Set();
    /** What parts told after the turn, the last of each kind. @type {Map<Part, Map<string, () => void>>} */
    this.held = new Map();
    this.spoke = this.left = -Infinity;
    /** The turn that waits to be made. @type {(() => void) | null} */
    this.waiting = null;
    this.trying = false;
    /** Who made Python turn the page last, and on which page. @type {Part | null} */
    this.turner = null;
    this.place = "";
    this.timer = 0;
    page.addEventListener("click", (/** @type {MouseEvent} */ event) => this.follow(event), true); // before Streamlit hears of it
  }

  /** Whether that part's page is about to go, so that it may tell nothing more. @param {Part} part */
  mutes(part) {
    return this.waiting !== null || (performance.now() - this.left < GONE && !this.staying.has(part));
  }

  /** A part tells Python something, now or once it is known that the page stays. @param {Part} part @param {string} kind @param {() => void} act */
  tell(part, kind, act) {
    if (this.mutes(part)) this.held.set(part, (this.held.get(part) ?? new Map()).set(kind, act));
    else this.send(part, act);
  }

  /** @param {Part} part @param {() => void} act what is answered by a message to that part */
  send(part, act) {
    act();
    this.owed.set(part, (this.owed.get(part) ?? 0) + 1);
    this.spoke = performance.now();
  }

  /** Python has sent that part something: an answer, and its page stays unless a turn waits. @param {Part} part */
  heard(part) {
    const still = (this.owed.get(part) ?? 0) - 1;
    if (still > 0) this.owed.set(part, still);
    else this.owed.delete(part);
    if (this.waiting) return void (this.owed.size || this.go());
    this.staying.add(part);
    if (part !== this.turner || address.path() !== this.place) return this.release(part);
    this.left = -Infinity; // it went on where it was
    this.releaseAll();
  }

  /** Its page stays: what it could not tell is told. @param {Part} part */
  release(part) {
    const held = this.held.get(part);
    this.held.delete(part);
    held?.forEach((act, kind) => this.tell(part, kind, act));
  }

  releaseAll() {
    for (const part of [...this.held.keys()]) if (!this.mutes(part)) this.release(part);
  }

  /** A part has left the page for good. @param {Part} part */
  forget(part) {
    for (const known of [this.parts, this.owed, this.staying, this.held]) known.delete(part);
  }

  /** @param {any} event */
  follow(event) {
    const link = event.target?.closest?.(LINKS);
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || event.defaultPrevented || link.target === "_blank" || link.getAttribute("disabled") !== null) return;
    const there = link.getAttribute("href");
    const again = () => [...this.page.querySelectorAll(LINKS)].find((each) => each.getAttribute("href") === there); // may be drawn anew
    if (!this.turn(() => again()?.click())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /**
   * The page is to be turned: what waits for a rest is told first, and answered.
   * @param {() => void} again called once nothing is owed any more, to turn it then
   * @param {Part | null} by the part that makes Python turn it, where no link does
   * @returns {boolean} whether it is put off; if not, turn it now
   */
  turn(again, by = null) {
    if (!this.trying) for (const part of this.parts) this.mutes(part) || part.tellPending?.();
    const wait = this.trying || !this.owed.size ? 0 : this.spoke + PATIENCE - performance.now();
    window.clearTimeout(this.timer);
    this.waiting = wait > 0 ? again : null;
    if (this.waiting) this.timer = window.setTimeout(() => this.go(), wait);
    else this.leave(by);
    return this.waiting !== null;
  }

  go() {
    const again = this.waiting;
    window.clearTimeout(this.timer);
    this.waiting = null;
    this.trying = true;
    again?.();
    this.trying = false;
    this.releaseAll(); // the link may be gone
  }

  /** From here on Python is told nothing of this page, unless it stays after all. @param {Part | null} by */
  leave(by) {
    this.owed.clear();
    this.staying.clear();
    this.turner = by;
    this.place = address.path();
    this.left = performance.now();
    this.timer = window.setTimeout(() => this.releaseAll(), GONE);
  }
}
