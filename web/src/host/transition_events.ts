/**
 * Prevents a memory leak in React Aria, with which Streamlit (1.67) is made.
 *
 * React Aria keeps a reference to each element whose CSS transition has begun, until the transition has ended. For an
 * element that is removed in the meantime it hears of the end of one transition only. Most elements have two, so the
 * element and the whole tree around it stay in memory. React Aria uses this only to set the focus once all transitions
 * have ended; without knowing of any, it sets the focus in the next animation frame.
 */

/** @param browser its document's listeners are no longer told when a transition begins */
export function suppressTransitionEvents(browser: Pick<Window, "addEventListener">) {
  browser.addEventListener("transitionrun", (event) => event.stopImmediatePropagation(), true);
}
