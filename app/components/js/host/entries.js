/**
 * One entry in the browser's history for each thing that somebody does, so that Back undoes it.
 *
 * Streamlit adds an entry whenever Python writes the address (1.67). A page that opens completes its address, and what one does may
 * reach Python in several messages: none of these is a step of its own, so it completes the entry that is there.
 */

const ACTS = ["pointerdown", "keydown", "click"];

/** @param {Window} browser whose history is kept so from now on */
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
