/**
 * Makes a change of page the last message that Streamlit receives from the old page.
 *
 * Streamlit sends a component's message with a delay, by a timer. If it reaches the server after the change of page,
 * the old page runs there and the new one stays blank or disappears again; if just before, the server may discard it
 * (Streamlit 1.67). So a change of page, by a link or by a lesson, first waits until Python has answered, but at most
 * `MAX_WAIT`. Messages after that are held back until it is known that the page stays.
 */

import { PAGE_LINK_SELECTOR, address } from "./host.ts";

const MAX_WAIT = 1500; // milliseconds to wait for an answer
const LEAVE_TIMEOUT = 3000; // milliseconds after which the page counts as not left

/** A component of the page, which may have unsent messages. */
type Part = { sendPending?: () => void };

export class NavigationGuard {
  page: { addEventListener: Function; querySelectorAll: Function };
  parts: Set<Part> = new Set();
  /** How many messages of each part are unanswered. */
  unansweredCounts: Map<Part, number> = new Map();
  /** Parts that have received a message since the change of page, which shows that their page stays. */
  stayingParts: Set<Part> = new Set();
  /** Messages held back since the change of page, the last of each kind. */
  heldMessages: Map<Part, Map<string, () => void>> = new Map();
  lastSentAt: number;
  leftAt: number;
  /** The change of page that waits. */
  pendingNavigation: (() => void) | null = null;
  isNavigating = false;
  /** The part that last made Python change the page, and the path of the page it was on. */
  navigatingPart: Part | null = null;
  leftPath = "";
  timer = 0;

  constructor(page: { addEventListener: Function; querySelectorAll: Function }) {
    this.page = page;
    this.lastSentAt = this.leftAt = -Infinity;
    // before Streamlit's own listener
    page.addEventListener("click", (event: MouseEvent) => this.interceptClick(event), true);
  }

  /** Whether a part's page is about to be left, so that its messages are held back. */
  isHoldingBack(part: Part): boolean {
    return (
      this.pendingNavigation !== null ||
      (performance.now() - this.leftAt < LEAVE_TIMEOUT && !this.stayingParts.has(part))
    );
  }

  /** Sends a part's message now, or once it is known that the page stays. */
  sendOrHold(part: Part, kind: string, sendMessage: () => void) {
    if (this.isHoldingBack(part))
      this.heldMessages.set(part, (this.heldMessages.get(part) ?? new Map()).set(kind, sendMessage));
    else this.sendNow(part, sendMessage);
  }

  /** @param sendMessage sends a message, which Python answers with one to the same part */
  sendNow(part: Part, sendMessage: () => void) {
    sendMessage();
    this.unansweredCounts.set(part, (this.unansweredCounts.get(part) ?? 0) + 1);
    this.lastSentAt = performance.now();
  }

  /** Python has sent a part a message, which counts as an answer. Its page stays unless a change of page waits. */
  receiveAnswer(part: Part) {
    const remaining = (this.unansweredCounts.get(part) ?? 0) - 1;
    if (remaining > 0) this.unansweredCounts.set(part, remaining);
    else this.unansweredCounts.delete(part);
    if (this.pendingNavigation) return void (this.unansweredCounts.size || this.retryNavigation());
    this.stayingParts.add(part);
    if (part !== this.navigatingPart || address.path() !== this.leftPath) return this.sendHeld(part);
    this.leftAt = -Infinity; // Python stayed on the same page
    this.sendAllHeld();
  }

  /** Sends what was held back of a part whose page stays. */
  sendHeld(part: Part) {
    const messages = this.heldMessages.get(part);
    this.heldMessages.delete(part);
    messages?.forEach((sendMessage, kind) => this.sendOrHold(part, kind, sendMessage));
  }

  sendAllHeld() {
    for (const part of [...this.heldMessages.keys()]) if (!this.isHoldingBack(part)) this.sendHeld(part);
  }

  /** A part was removed for good. */
  removePart(part: Part) {
    for (const collection of [this.parts, this.unansweredCounts, this.stayingParts, this.heldMessages])
      collection.delete(part);
  }

  interceptClick(event: MouseEvent) {
    const link = (event.target as Element | null)?.closest?.(PAGE_LINK_SELECTOR) as
      HTMLAnchorElement | null | undefined;
    const opensElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (
      !link ||
      opensElsewhere ||
      event.defaultPrevented ||
      link.target === "_blank" ||
      link.getAttribute("disabled") !== null
    )
      return;
    const href = link.getAttribute("href");
    const findLink = () =>
      // may be drawn anew
      [...this.page.querySelectorAll(PAGE_LINK_SELECTOR)].find((pageLink) => pageLink.getAttribute("href") === href);
    if (!this.requestNavigation(() => findLink()?.click())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /**
   * The user wants to change the page. Delayed messages are sent first.
   * @param navigate changes the page, called once all messages are answered or `MAX_WAIT` is over
   * @param initiator the part that makes Python change the page, where it is not a link
   * @returns whether the change waits; if not, the caller makes it now
   */
  requestNavigation(navigate: () => void, initiator: Part | null = null): boolean {
    if (!this.isNavigating) for (const part of this.parts) this.isHoldingBack(part) || part.sendPending?.();
    const delay = this.isNavigating || !this.unansweredCounts.size ? 0 : this.lastSentAt + MAX_WAIT - performance.now();
    window.clearTimeout(this.timer);
    this.pendingNavigation = delay > 0 ? navigate : null;
    if (this.pendingNavigation) this.timer = window.setTimeout(() => this.retryNavigation(), delay);
    else this.markLeft(initiator);
    return this.pendingNavigation !== null;
  }

  retryNavigation() {
    const navigate = this.pendingNavigation;
    window.clearTimeout(this.timer);
    this.pendingNavigation = null;
    this.isNavigating = true;
    navigate?.();
    this.isNavigating = false;
    this.sendAllHeld(); // the link may be gone
  }

  /** From here on Python receives nothing from this page, unless it stays after all. */
  markLeft(initiator: Part | null) {
    this.unansweredCounts.clear();
    this.stayingParts.clear();
    this.navigatingPart = initiator;
    this.leftPath = address.path();
    this.leftAt = performance.now();
    this.timer = window.setTimeout(() => this.sendAllHeld(), LEAVE_TIMEOUT);
  }
}
