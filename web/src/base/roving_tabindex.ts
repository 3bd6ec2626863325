/**
 * A row or column of controls that is a single stop of the Tab key; the arrow keys move within it.
 */

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @param selector of the controls; they may come and go */
export function enableRovingTabindex(host: HTMLElement, selector: string) {
  const findControls = () => [...host.querySelectorAll(selector)] as HTMLElement[];
  host.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // with these, arrows go back in the browser's history
    const controls = findControls();
    const index = controls.indexOf(event.target as HTMLElement);
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
    const focusedControl = (event.target as Element).closest(selector);
    if (focusedControl) for (const control of findControls()) control.tabIndex = control === focusedControl ? 0 : -1;
  });
}

/** Makes exactly one of the controls reachable by Tab. */
export function resetRovingTabindex(host: HTMLElement, selector: string) {
  const controls = [...host.querySelectorAll(selector)] as HTMLElement[];
  const focusable = controls.find((control) => control.getAttribute("tabindex") === "0") ?? controls[0];
  for (const control of controls) control.tabIndex = control === focusable ? 0 : -1;
}
