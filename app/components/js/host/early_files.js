/**
 * Files that the document names because its first page will need them. They are fetched while Streamlit's front end is
 * starting, when the connection would be idle.
 */

/** URLs of the files that are still to be fetched. @type {string[]} */
const waitingUrls = [];
/** What was fetched or is on its way, by URL; null for what failed. @type {Map<string, Promise<ArrayBuffer | null>>} */
const earlyFiles = new Map();

/**
 * Fetches files one after another, because together they would share the connection and the first would arrive late.
 * @param {string[]} urls in the order in which they will be needed
 */
export async function fetchEarly(urls) {
  waitingUrls.push(...urls);
  while (waitingUrls.length) {
    const url = /** @type {string} */ (waitingUrls.shift());
    const pendingFile = fetchIfThere(url);
    earlyFiles.set(url, pendingFile);
    await pendingFile;
  }
}

/** @param {string} url @returns {Promise<ArrayBuffer | null>} */
async function fetchIfThere(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null; // who needs the file fetches it again, and says what is wrong
  }
}

/**
 * A file that was fetched early or is on its way, once; null if it is not. It is not fetched early after this.
 * @param {string} url
 * @returns {Promise<ArrayBuffer | null> | null} null, too, if that fails
 */
export function takeEarlyFile(url) {
  const place = waitingUrls.indexOf(url);
  if (place >= 0) waitingUrls.splice(place, 1);
  const pendingFile = earlyFiles.get(url) ?? null;
  earlyFiles.delete(url);
  return pendingFile;
}
