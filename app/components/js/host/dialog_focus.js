/**
 * Lets the Tab key reach the controls of a component in a dialog. Streamlit's dialogs (1.67) move the focus among the
 * elements that they find, and look into no shadow root, which is where a component is.
 */

const DIALOG = "[role=dialog]";
const CONTROLS = "a[href], button, input, select, summary, textarea, [tabindex]";

/**
 * Within the component Tab moves from control to control; beyond the first and the last the dialog moves it on.
 * @param {HTMLElement} root of a component
 */
export function joinDialogFocus(root) {
  const shadow = /** @type {ShadowRoot} */ (root.getRootNode());
  const host = /** @type {HTMLElement | undefined} */ (shadow.host);
  const dialog = host?.closest(DIALOG);
  if (!host || !dialog) return;
  const findControls = () =>
    /** @type {HTMLElement[]} */ ([...shadow.querySelectorAll(CONTROLS)]).filter(
      (control) => control.tabIndex >= 0 && control.checkVisibility(),
    );
  let goesBack = false;
  const noteDirection = (/** @type {Event} */ event) => {
    goesBack = /** @type {KeyboardEvent} */ (event).shiftKey;
  };
  dialog.addEventListener("keydown", noteDirection, { capture: true });
  host.tabIndex = 0; // so that the dialog finds the component
  host.addEventListener("focus", () => {
    if (shadow.activeElement) return; // a control inside has the focus already
    findControls()
      .at(goesBack ? -1 : 0)
      ?.focus();
  });
  shadow.addEventListener("keydown", (event) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
    if (key !== "Tab" || altKey || ctrlKey || metaKey) return;
    const controls = findControls();
    const index = controls.indexOf(/** @type {HTMLElement} */ (shadow.activeElement));
    const nextControl = controls[index + (shiftKey ? -1 : 1)];
    if (index < 0 || !nextControl) return;
    event.preventDefault();
    event.stopPropagation();
    nextControl.focus();
  });
}
