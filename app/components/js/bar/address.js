/**
 * Addresses as texts: the page's own, the same without the frame, and the embed code for another page.
 */

const PLAIN = /%2C|%7E|%3B/g; // , ~ and ; which a query may hold as they are, and which would double its length
const LOCAL = /^(localhost|\[::1\]|127(\.\d+){3})$/;

/** Settings as they stand in an address. @param {URLSearchParams} settings */
export const plain = (settings) => settings.toString().replace(PLAIN, (code) => decodeURIComponent(code));

/**
 * The page's address, completed by what its parts show at this moment.
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

/** Whether an address means this machine, and so nothing to another one. @param {string} href */
export const isLocal = (href) => LOCAL.test(new URL(href).hostname);

const escaped = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (/** @type {string} */ letter) => `&#${letter.charCodeAt(0)};`);
