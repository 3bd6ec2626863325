/**
 * One entry in the browser's history for each action of the user, so that Back undoes it.
 *
 * Streamlit (1.67) adds an entry whenever Python writes the address. But a page also completes its address while it
 * opens, and one action may reach Python in several messages. Neither deserves an entry of its own, so these replace
 * the current entry.
 */

const USER_EVENTS = ["pointerdown", "keydown", "click"];

/** @param browser whose history is changed to work this way */
export function limitHistoryEntries(browser: Window) {
  const { history, location } = browser;
  const addEntry = history.pushState.bind(history);
  let hasActed = false;
  for (const eventName of USER_EVENTS) browser.addEventListener(eventName, () => void (hasActed = true), true);
  browser.addEventListener("popstate", () => void (hasActed = false), true);
  history.pushState = (state, title, url) => {
    const pathChanges = new URL(url ?? "", location.href).pathname !== location.pathname;
    if (hasActed || pathChanges) addEntry(state, title, url);
    else history.replaceState(state, title, url);
    hasActed = false;
  };
}
