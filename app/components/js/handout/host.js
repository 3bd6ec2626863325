/**
 * The version of `host/host.js`, where each export is documented, for a page without a server: files and answers are embedded in
 * the document, and the settings are in the address after the #.
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
