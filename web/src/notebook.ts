/**
 * The script of `rev.explore()`: a widget of anywidget, which shows what a handout shows and tells Python which codes are
 * selected.
 */

import { element } from "./base/dom.ts";
import { pageEvents } from "./base/events.ts";
import { Handout } from "./handout/main.ts";
import { addFiles } from "./notebook/host.ts";
import { pageStyleSheet } from "./handout/style_sheet.ts";
import type { DocumentDescription } from "./handout/main.ts";

/** What Python and the widget share (`app/notebook/explorer_widget.py`). */
type Shared = {
  revision: string;
  description: DocumentDescription;
  files: Record<string, DataView>;
  selected: number[];
};
type Model = {
  get<Name extends keyof Shared>(name: Name): Shared[Name];
  set<Name extends keyof Shared>(name: Name, value: Shared[Name]): void;
  save_changes(): void;
};

/** @returns takes the widget away */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  addFiles(model.get("files"));
  const root = el.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [pageStyleSheet()];
  const main = element("div", { class: "nb" });
  root.append(main);
  const handout = new Handout(model.get("description"));
  const stopListening = pageEvents.on("selection", ({ revision, mask }) => {
    if (revision !== model.get("revision")) return;
    model.set("selected", mask ? [...mask.keys()].filter((k) => mask[k]) : []);
    model.save_changes();
  });
  handout.start(main);
  return () => {
    stopListening();
    handout.close();
  };
}

export default { render };
