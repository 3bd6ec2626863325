/**
 * Addresses as text: the page's own, and the embed code for another page.
 */

const UNESCAPED_MARKS = /%2C|%7E|%3B/g; // , ~ and ; are allowed in a query, and their escapes would make it much longer
const LOCAL_HOST = /^(localhost|\[::1\]|127(\.\d+){3})$/;

/** Settings as the query of an address. */
export const queryText = (settings: URLSearchParams): string =>
  settings.toString().replace(UNESCAPED_MARKS, (code) => decodeURIComponent(code));

/** The page's address, completed with the present state of its components. */
export function addressWithState(href: string, writeState: (query: URLSearchParams) => void): string {
  const url = new URL(href);
  writeState(url.searchParams);
  url.hash = "";
  const query = queryText(url.searchParams);
  return url.origin + url.pathname + (query ? `?${query}` : "");
}

/** HTML that shows an address within another page, without the explorer's own frame. */
export function embedCode(address: string, title: string): string {
  const embeddedAddress = addressWithState(address, (query) => query.set("embed", "1"));
  return (
    `<iframe src="${escapeHtml(embeddedAddress)}" title="${escapeHtml(title)}" width="100%" height="720" ` +
    `style="border:0"></iframe>`
  );
}

/** Whether an address works only on this machine. */
export const isLocalAddress = (href: string): boolean => LOCAL_HOST.test(new URL(href).hostname);

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (letter: string) => `&#${letter.charCodeAt(0)};`);
