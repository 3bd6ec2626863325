/**
 * A turn to another page is the last thing that Streamlit hears of this one.
 *
 * What a part tells is sent a moment later, by a timer. Comes that to the server after the link to another page, the old page's
 * fragment is run there and the new page stays blank; comes it just before, the server may throw it away (Streamlit 1.67). So
 * whoever follows a link is let go when Python has answered, or after a moment.
 */

const LINKS = "[data-testid=stTopNavLink],[data-testid=stSidebarNavLink],[data-testid=stPageLink-NavLink]";
const PATIENCE = 1500; // milliseconds that an answer is waited for
const GONE = 3000; // milliseconds after which a link that was followed led nowhere else

export class Leaving {
  /** @param {{addEventListener: Function}} page */
  constructor(page) {
    /** Parts of the page that may have something left to say. @type {Set<{tellPending?: () => void}>} */
    this.parts = new Set();
    /** How often each told something and had no answer yet. @type {Map<object, number>} */
    this.owed = new Map();
    this.spoke = this.left = -Infinity;
    /** The link that waits to be followed. @type {{click: () => void} | null} */
    this.waiting = null;
    this.timer = 0;
    page.addEventListener("click", (event) => this.follow(event), true); // before Streamlit hears of it
  }

  /** Whether the page is about to go, so that nothing more may be told. */
  get now() {
    return this.waiting !== null || performance.now() - this.left < GONE;
  }

  /** A part told something, and Python has not answered yet. @param {object} part */
  told(part) {
    this.owed.set(part, (this.owed.get(part) ?? 0) + 1);
    this.spoke = performance.now();
  }

  /** Python has sent that part something: an answer, and the page stays unless a link waits. @param {object} part */
  heard(part) {
    const still = (this.owed.get(part) ?? 0) - 1;
    if (still > 0) this.owed.set(part, still);
    else this.owed.delete(part);
    this.left = -Infinity;
    if (this.waiting && !this.owed.size) this.go();
  }

  /** A part has left the page for good. @param {{tellPending?: () => void}} part */
  forget(part) {
    this.parts.delete(part);
    this.owed.delete(part);
  }

  /** @param {any} event */
  follow(event) {
    const link = event.target?.closest?.(LINKS);
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!this.now) for (const part of this.parts) part.tellPending?.();
    const wait = this.owed.size ? this.spoke + PATIENCE - performance.now() : 0;
    if (wait <= 0) return void (this.left = performance.now());
    event.preventDefault();
    event.stopImmediatePropagation();
    window.clearTimeout(this.timer);
    this.waiting = link;
    this.timer = window.setTimeout(() => this.go(), wait);
  }

  go() {
    const link = this.waiting;
    window.clearTimeout(this.timer);
    this.waiting = null;
    this.owed.clear();
    this.left = performance.now();
    link?.click();
  }
}
