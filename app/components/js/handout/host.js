/**
 * The version of `host/host.js`, where each export is documented, for a page without a server: files and answers are
 * embedded in the document, and the settings are in the address after the #.
 */

import { translate } from "../base/translate.js";
import { readFile } from "../handout/files.js";
import { isReopened } from "../host/reopened.js";

/**
 * @param {string} url
 * @param {string} subject
 * @returns {Promise<ArrayBuffer>}
 */
export const fetchBytes = (url, subject) => readFile(url, subject);

/**
 * @param {string} url
 * @param {BodyInit} _body
 * @param {number} _timeout
 * @param {AbortSignal} [_signal]
 * @returns {Promise<ArrayBuffer>}
 */
export const postRequest = (url, _body, _timeout, _signal) => fetchBytes(url, translate("The answer"));

export const address = {
  href: () => window.location.href,
  /** @param {string} url */
  open: (url) => window.location.assign(url),
  path: () => window.location.pathname,
  search: () => window.location.hash.slice(1),
  isReopened,
  /** @param {URL} url */
  put: (url) => history.replaceState(history.state, "", url),
};

/**
 * @param {import("../host/host.js").Component} component
 * @param {string} key
 * @param {object} value
 */
export const sendToPython = ({ setStateValue }, key, value) => setStateValue(key, value);

export const PAGE_LINK_SELECTOR = "a[data-page]";

/** @returns {boolean} */
export const isScriptRunning = () => false;

/** @returns {(Document | ShadowRoot)[]} */
export const componentRoots = () => [
  document,
  ...[...document.querySelectorAll("[data-part]")].flatMap((part) => part.shadowRoot ?? []),
];

/** @returns {HTMLElement} */
export const pageContent = () => document.documentElement;

/** Scrolls the page to its top. */
export const scrollToTop = () => window.scrollTo(0, 0);

/** @returns {number} */
export const scrollOffset = () => window.scrollY;

/**
 * @param {string} _field
 * @param {Event} _event
 * @returns {boolean}
 */
export const isFileFieldEvent = (_field, _event) => false;

/**
 * @param {string} _name
 * @param {File} _file
 * @returns {boolean}
 */
export const fillFileField = (_name, _file) => false;
