/**
 * Gives the focus to the page's title when Streamlit (1.67) removes the element that has it, such as the button of a
 * form that folds. The browser would leave the focus nowhere, and Tab would begin at the top of the document.
 */

const PAGE = "[data-testid=stMain]"; // without the navigation and dialogs, which see to their focus themselves
const TITLE = `${PAGE} h1`;

export function keepFocusInPage(page: Document) {
  /** The element of the page that has the focus by keyboard. */
  let focused: Element | null = null;
  page.addEventListener("focusin", ({ target }) => {
    const element = target as Element;
    focused = element.matches(":focus-visible") && element.closest(PAGE) ? element : null;
  });
  const forget = () => (focused = null); // a press may take the focus away without giving it to another element
  page.addEventListener("pointerdown", forget, { capture: true });
  const observer = new MutationObserver(() => {
    if (!focused || focused.isConnected) return;
    focused = null;
    requestAnimationFrame(() => focusTitle(page)); // Streamlit may have moved the focus by then
  });
  observer.observe(page.documentElement, { childList: true, subtree: true });
}

function focusTitle(page: Document) {
  const title = page.querySelector(TITLE) as HTMLElement | null;
  if (!title || page.activeElement !== page.body) return;
  title.tabIndex = -1;
  title.focus();
}
