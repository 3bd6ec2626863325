/**
 * The seam of a page without a server (`host/host.js` is that of the app, and says what each of these is for): files lie in the
 * document, answers were put there when it was made, and the address is what stands behind its #.
 */

import { fileOf } from "../handout/files.js";

/** @param {string} name @param {string} what */
export const bytes = (name, what) => fileOf(name, what);

/** @param {string} name @param {BodyInit} _body @param {number} _patience @param {AbortSignal} [_given] @returns {Promise<ArrayBuffer>} */
export const ask = (name, _body, _patience, _given) => bytes(name, "The answer");

export const address = {
  href: () => window.location.href,
  path: () => window.location.pathname,
  search: () => window.location.hash.slice(1),
  opened: () => window.location.href,
  /** @param {URL} url */
  put: (url) => history.replaceState(history.state, "", url),
};

/** @param {import("../host/host.js").Component} component @param {string} key @param {object} value */
export const tell = ({ setStateValue }, key, value) => setStateValue(key, value);

export const LINKS = "a[data-page]";

export const running = () => false;

/** @returns {(Document | ShadowRoot)[]} */
export const roots = () => [document, ...[...document.querySelectorAll("[data-part]")].flatMap((part) => part.shadowRoot ?? [])];

export const scrolled = () => window.scrollY;

/** @param {string} _field @param {Event} _event */
export const isFileField = (_field, _event) => false;

/** @param {string} _name @param {File} _file */
export const handOver = (_name, _file) => false;
