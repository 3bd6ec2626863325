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
    const index = controls.indexOf(/** @type {HTMLElement} */ (event.target));
    const nextIndex =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? controls.length - 1
          : STEPS[event.key]
            ? index + STEPS[event.key]
            : -1;
    if (index < 0 || !controls[nextIndex]) return;
    event.preventDefault();
    event.stopPropagation();
    controls[nextIndex].focus();
  });
  host.addEventListener("focusin", (event) => {
    const focusedControl = /** @type {Element} */ (event.target).closest(selector);
    if (focusedControl) for (const control of findControls()) control.tabIndex = control === focusedControl ? 0 : -1;
  });
}

/**
 * Makes exactly one of the controls reachable by Tab.
 * @param {HTMLElement} host
 * @param {string} selector
 */
export function resetRovingTabindex(host, selector) {
  const controls = /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
  const focusable = controls.find((control) => control.getAttribute("tabindex") === "0") ?? controls[0];
  for (const control of controls) control.tabIndex = control === focusable ? 0 : -1;
}
