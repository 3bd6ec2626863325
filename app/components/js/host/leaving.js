/**
 * Makes a change of page the last message that Streamlit receives from the old page.
 *
 * Streamlit sends a component's message with a delay, by a timer. If it reaches the server after the change of page, the old page
 * runs there and the new one stays blank or disappears again; if just before, the server may discard it (Streamlit 1.67). So a
 * change of page, by a link or by a lesson, first waits until Python has answered, but at most `PATIENCE`. Messages after that
 * are held back until it is known that the page stays.
 */

import { LINKS, address } from "./host.js";

const PATIENCE = 1500; // milliseconds to wait for an answer
const GONE = 3000; // milliseconds after which the page counts as not left

/** @typedef {{tellPending?: () => void}} Part a component of the page, which may have unsent messages */

export class Leaving {
  /** @param {{addEventListener: Function, querySelectorAll: Function}} page */
  constructor(page) {
    this.page = page;
    /** @type {Set<Part>} */
    this.parts = new Set();
    /** How many messages of each part are unanswered. @type {Map<Part, number>} */
    this.owed = new Map();
    /** Parts that have received a message since the change of page, which shows that their page stays. @type {Set<Part>} */
    this.staying = new Set();
    /** Messages held back since the change of page, the last of each kind. @type {Map<Part, Map<string, () => void>>} */
    this.held = new Map();
    this.spoke = this.left = -Infinity;
    /** The change of page that waits. @type {(() => void) | null} */
    this.waiting = null;
    this.trying = false;
    /** The part that last made Python change the page, and the path of the page it was on. @type {Part | null} */
    this.turner = null;
    this.place = "";
    this.timer = 0;
    page.addEventListener("click", (/** @type {MouseEvent} */ event) => this.follow(event), true); // before Streamlit's own listener
  }

  /** Whether a part's page is about to be left, so that its messages are held back. @param {Part} part */
  mutes(part) {
    return this.waiting !== null || (performance.now() - this.left < GONE && !this.staying.has(part));
  }

  /** Sends a part's message now, or once it is known that the page stays. @param {Part} part @param {string} kind @param {() => void} act */
  tell(part, kind, act) {
    if (this.mutes(part)) this.held.set(part, (this.held.get(part) ?? new Map()).set(kind, act));
    else this.send(part, act);
  }

  /** @param {Part} part @param {() => void} act sends a message, which Python answers with one to the same part */
  send(part, act) {
    act();
    this.owed.set(part, (this.owed.get(part) ?? 0) + 1);
    this.spoke = performance.now();
  }

  /** Python has sent a part a message, which counts as an answer. Its page stays unless a change of page waits. @param {Part} part */
  heard(part) {
    const still = (this.owed.get(part) ?? 0) - 1;
    if (still > 0) this.owed.set(part, still);
    else this.owed.delete(part);
    if (this.waiting) return void (this.owed.size || this.go());
    this.staying.add(part);
    if (part !== this.turner || address.path() !== this.place) return this.release(part);
    this.left = -Infinity; // Python stayed on the same page
    this.releaseAll();
  }

  /** Sends what was held back of a part whose page stays. @param {Part} part */
  release(part) {
    const held = this.held.get(part);
    this.held.delete(part);
    held?.forEach((act, kind) => this.tell(part, kind, act));
  }

  releaseAll() {
    for (const part of [...this.held.keys()]) if (!this.mutes(part)) this.release(part);
  }

  /** A part was removed for good. @param {Part} part */
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
   * The user wants to change the page. Delayed messages are sent first.
   * @param {() => void} again changes the page, called once all messages are answered or `PATIENCE` is over
   * @param {Part | null} by the part that makes Python change the page, where it is not a link
   * @returns {boolean} whether the change waits; if not, the caller makes it now
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

  /** From here on Python receives nothing from this page, unless it stays after all. @param {Part | null} by */
  leave(by) {
    this.owed.clear();
    this.staying.clear();
    this.turner = by;
    this.place = address.path();
    this.left = performance.now();
    this.timer = window.setTimeout(() => this.releaseAll(), GONE);
  }
}
