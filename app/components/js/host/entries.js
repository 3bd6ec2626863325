/**
 * One entry in the browser's history for each action of the user, so that Back undoes it.
 *
 * Streamlit (1.67) adds an entry whenever Python writes the address. But a page also completes its address while it opens, and
 * one action may reach Python in several messages. Neither deserves an entry of its own, so these replace the current entry.
 */

const ACTS = ["pointerdown", "keydown", "click"];

/** @param {Window} browser whose history is changed to work this way */
export function keepEntries(browser) {
  const { history, location } = browser;
  const add = history.pushState.bind(history);
  let acted = false;
  for (const act of ACTS) browser.addEventListener(act, () => void (acted = true), true);
  browser.addEventListener("popstate", () => void (acted = false), true);
  history.pushState = (state, unused, url) => {
    const turned = new URL(url ?? "", location.href).pathname !== location.pathname;
    if (acted || turned) add(state, unused, url);
    else history.replaceState(state, unused, url);
    acted = false;
  };
}
