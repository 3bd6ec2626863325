/**
 * Files that the document names because its first page will need them. They are fetched while Streamlit's front end is
 * starting, when the connection would be idle.
 */

/** URLs of the files that are still to be fetched. */
const waitingUrls: string[] = [];
/** What was fetched or is on its way, by URL; null for what failed. */
const earlyFiles: Map<string, Promise<ArrayBuffer | null>> = new Map();

/**
 * Fetches files one after another, because together they would share the connection and the first would arrive late.
 * @param urls in the order in which they will be needed
 */
export async function fetchEarly(urls: string[]) {
  waitingUrls.push(...urls);
  while (waitingUrls.length) {
    const url = waitingUrls.shift() as string;
    const pendingFile = fetchIfThere(url);
    earlyFiles.set(url, pendingFile);
    await pendingFile;
  }
}

async function fetchIfThere(url: string): Promise<ArrayBuffer | null> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.arrayBuffer() : null;
  } catch {
    return null; // who needs the file fetches it again, and says what is wrong
  }
}

/**
 * A file that was fetched early or is on its way, once; null if it is not. It is not fetched early after this.
 * @returns null, too, if that fails
 */
export function takeEarlyFile(url: string): Promise<ArrayBuffer | null> | null {
  const place = waitingUrls.indexOf(url);
  if (place >= 0) waitingUrls.splice(place, 1);
  const pendingFile = earlyFiles.get(url) ?? null;
  earlyFiles.delete(url);
  return pendingFile;
}
