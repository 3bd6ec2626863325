/**
 * The page's one seam to all that lies outside it: bytes by name, questions, what Python hears, the address, and the frame that
 * Streamlit draws round the page's parts. What stands here is for Streamlit's server; in a page without one `handout/host.js`
 * stands in its place. `server.js` names the questions and says which of them can be asked. `tests/test_imports.py` holds the
 * other rooms to it.
 */

const AWAY = "The server did not answer; it may have stopped or be busy.";

/**
 * The bytes under a name that Python gave.
 * @param {string} name
 * @param {string} what it is, for the sentence
 * @returns {Promise<ArrayBuffer>} rejected with one sentence
 */
export async function bytes(name, what) {
  let response;
  try {
    response = await fetch(name);
    if (response.ok) return await response.arrayBuffer();
  } catch {
    throw new Error(`${what} could not be fetched; the server did not answer.`);
  }
  throw new Error(`${what} could not be fetched (status ${response.status}); reload the page.`);
}

/**
 * The answer to a question as bytes.
 * @param {string} name that Python gave
 * @param {BodyInit} body
 * @param {number} patience milliseconds
 * @param {AbortSignal} [given] gives it up
 * @returns {Promise<ArrayBuffer>} rejected with one sentence
 */
export async function ask(name, body, patience, given) {
  const limit = AbortSignal.timeout(patience);
  let response;
  let content;
  try {
    response = await fetch(name, { method: "POST", body, signal: given ? AbortSignal.any([given, limit]) : limit });
    content = await response.arrayBuffer();
  } catch {
    throw new Error(AWAY);
  }
  if (response.ok) return content;
  const sentence = new TextDecoder().decode(content);
  throw new Error(/^[^<]{3,400}\.$/.test(sentence) ? sentence : `The server could not answer (${response.status}).`);
}

/** Where the page is. */
export const address = {
  href: () => window.location.href,
  path: () => window.location.pathname,
  /** The settings in it. */
  search: () => window.location.search,
  /** What this document was opened with; "" where nobody knows. */
  opened: () => performance.getEntriesByType("navigation")[0]?.name ?? "",
  /** Writes another address for what is seen. @param {URL} url */
  put: (url) => history.replaceState(history.state, "", url),
};

/** @typedef {import("../../messages.js").Heard} Heard */
/** @typedef {<K extends keyof Heard>(kind: K, message: Heard[K]) => void} Tell */

/** Python hears of a value only when it is another one; a number that grows makes the same one news when it is said again. */
let turn = 0;

/** What a component is mounted with; data: a message in bytes, or as `unpack` gives it. @typedef {{data: Uint8Array | import("../base/wire.js").Message, parentElement: HTMLElement, setStateValue: (key: string, value: object) => void}} Component */

/** Python hears a message of a component. @param {Component} component @param {string} key @param {object} value */
export const tell = ({ setStateValue }, key, value) => setStateValue(key, { ...value, turn: ++turn });

// What Streamlit draws around -----------------------------------------------------------------------------------------------

/** Links to other pages of the app. */
export const LINKS = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink", "stPageLink-NavLink"].map((id) => `[data-testid=${id}]`).join();

/** Whether Python runs the page's script, and so may change the address. */
export const running = () => document.querySelector?.("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "running";

/** The document and the roots of all components. @returns {(Document | ShadowRoot)[]} */
export const roots = () => [document, ...[...document.querySelectorAll('[data-testid^="stBidi"]')].flatMap((host) => host.shadowRoot ?? [])];

/** How far the page is scrolled, in CSS pixels. */
export const scrolled = () => document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0;

/** Whether something happened on Streamlit's field for files, which has that class. @param {string} field @param {Event} event */
export const isFileField = (field, event) => event.composedPath().some((each) => each instanceof Element && each.classList.contains(field));

/** Give that field a file as if it had been chosen. @param {string} name @param {File} file @returns {boolean} whether it is there */
export function handOver(name, file) {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector(`.${name} input[type=file]`));
  if (!field) return false;
  const held = new DataTransfer();
  held.items.add(file);
  field.files = held.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
