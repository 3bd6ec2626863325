/**
 * A row or column of controls that is a single stop of the Tab key; the arrow keys move within it.
 */

/** @type {Object<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {HTMLElement} host
 * @param {string} selector of the controls; they may come and go
 */
export function enableRovingTabindex(host, selector) {
  const findControls = () => /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
  host.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // with these, arrows go back in the browser's history
    const controls = findControls();
    const at = controls.indexOf(/** @type {HTMLElement} */ (event.target));
    const next =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? controls.length - 1
          : STEPS[event.key]
            ? at + STEPS[event.key]
            : -1;
    if (at < 0 || !controls[next]) return;
    event.preventDefault();
    event.stopPropagation();
    controls[next].focus();
  });
  host.addEventListener("focusin", (event) => {
    const control = /** @type {Element} */ (event.target).closest(selector);
    if (control) for (const each of findControls()) each.tabIndex = each === control ? 0 : -1;
  });
}

/**
 * Makes exactly one of the controls reachable by Tab.
 * @param {HTMLElement} host
 * @param {string} selector
 */
export function resetRovingTabindex(host, selector) {
  const controls = /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
  const focusable = controls.find((each) => each.getAttribute("tabindex") === "0") ?? controls[0];
  for (const each of controls) each.tabIndex = each === focusable ? 0 : -1;
}
