/**
 * Lets the Tab key reach the controls of a component in a dialog. Streamlit's dialogs (1.67) move the focus among the
 * elements that they find, and look into no shadow root, which is where a component is.
 */

const DIALOG = "[role=dialog]";
const CONTROLS = "a[href], button, input, select, summary, textarea, [tabindex]";

/**
 * Within the component Tab moves from control to control; beyond the first and the last the dialog moves it on.
 * @param root of a component
 */
export function joinDialogFocus(root: HTMLElement) {
  const shadow = root.getRootNode() as ShadowRoot;
  const host = shadow.host as HTMLElement | undefined;
  const dialog = host?.closest(DIALOG);
  if (!host || !dialog) return;
  const findControls = () =>
    ([...shadow.querySelectorAll(CONTROLS)] as HTMLElement[]).filter(
      (control) => control.tabIndex >= 0 && control.checkVisibility(),
    );
  let goesBack = false;
  const noteDirection = (event: Event) => {
    goesBack = (event as KeyboardEvent).shiftKey;
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
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event as KeyboardEvent;
    if (key !== "Tab" || altKey || ctrlKey || metaKey) return;
    const controls = findControls();
    const index = controls.indexOf(shadow.activeElement as HTMLElement);
    const nextControl = controls[index + (shiftKey ? -1 : 1)];
    if (index < 0 || !nextControl) return;
    event.preventDefault();
    event.stopPropagation();
    nextControl.focus();
  });
}
