/**
 * Addresses as text: the page's own, and the embed code for another page.
 */

const PLAIN = /%2C|%7E|%3B/g; // , ~ and ; which are allowed in a query, and whose escapes would make it much longer
const LOCAL = /^(localhost|\[::1\]|127(\.\d+){3})$/;

/** Settings as the query of an address. @param {URLSearchParams} settings */
export const plain = (settings) => settings.toString().replace(PLAIN, (code) => decodeURIComponent(code));

/**
 * The page's address, completed with the present state of its components.
 * @param {string} href
 * @param {(query: URLSearchParams) => void} complete
 * @returns {string}
 */
export function addressOf(href, complete) {
  const url = new URL(href);
  complete(url.searchParams);
  url.hash = "";
  const query = plain(url.searchParams);
  return url.origin + url.pathname + (query ? `?${query}` : "");
}

/** HTML that shows an address within another page, without the explorer's own frame. @param {string} address @param {string} title */
export function frameOf(address, title) {
  const inner = addressOf(address, (query) => query.set("embed", "1"));
  return `<iframe src="${escaped(inner)}" title="${escaped(title)}" width="100%" height="720" style="border:0"></iframe>`;
}

/** Whether an address works only on this machine. @param {string} href */
export const isLocal = (href) => LOCAL.test(new URL(href).hostname);

const escaped = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (/** @type {string} */ letter) => `&#${letter.charCodeAt(0)};`);
