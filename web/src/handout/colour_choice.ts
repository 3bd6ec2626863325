/**
 * The choice of what colours the codes of a page's planes, where the document holds columns of their items: the classes
 * or one of the columns, as `app/ui/item_colours.py` offers it.
 */

import { element, optionElements, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { attachCodes } from "../host/message_receiver.ts";
import { missingFileSentence } from "./missing_file.ts";
import { choiceParser } from "./settings.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { Settings } from "./settings.ts";

/**
 * column: "" for the classes; changes: for each plane those of its header, null where the classes colour its codes;
 * count: the number of groups; shared: what linked planes then have in common.
 */
export type Colouring = {
  column: string;
  title: string;
  changes: (HeaderChanges | null)[];
  count: number;
  shared: string[] | null;
};
type PlaneMessage = OutgoingMessages["latent_canvas"];
type HeaderChanges = Pick<
  PlaneMessage["header"],
  "classes" | "colours" | "shapes" | "missing" | "ranges_of" | "groups"
>;
type Groupings = { header: HeaderChanges; fields: Pick<PlaneMessage["fields"], "groups"> };

/** The changes with the groups that they name: a promise where these are not in memory. */
const attachGroups = (header: HeaderChanges): Groupings | Promise<Groupings> =>
  attachCodes({ header, fields: {} } as Groupings);

export class ColourChoice {
  colourings: Colouring[];
  settings: Settings;
  setSettings: (texts: Record<string, string | null>) => void;
  /** The settings that name hidden groups, which another choice makes void. */
  hiddenNames: Set<string> = new Set();
  select: HTMLSelectElement;
  note = element("span", { role: "status" });

  /**
   * @param colourings empty where there is no choice
   * @param setSettings called with the settings that a choice changes
   */
  constructor(
    colourings: Colouring[],
    settings: Settings,
    setSettings: (texts: Record<string, string | null>) => void,
  ) {
    this.colourings = colourings;
    this.settings = settings;
    this.setSettings = setSettings;
    this.select = element(
      "select",
      { onchange: () => this.choose(colourings[this.select.selectedIndex]) },
      ...optionElements(colourings.map(({ title }) => title)),
    );
    if (colourings.length) settings.register("colour", choiceParser(colourings.map(({ column }) => column)));
  }

  /** The elements of the choice; none where there is nothing to choose. */
  get elements(): HTMLElement[] {
    return this.colourings.length
      ? [element("label", {}, translate("Colour of the codes"), this.select), this.note]
      : [];
  }

  get chosen(): Colouring | undefined {
    const column = this.settings.get("colour") ?? "";
    return this.colourings.find((colouring) => colouring.column === column);
  }

  /**
   * A header whose classes are as many as those or any groups, from which the settings' readers learn what is valid.
   */
  widestHeader(header: PlaneMessage["header"]): PlaneMessage["header"] {
    if (!this.colourings.length) return header;
    if (header.names.hidden) this.hiddenNames.add(header.names.hidden);
    const count = Math.max(header.classes.length, ...this.colourings.map((colouring) => colouring.count));
    return { ...header, classes: Array.from({ length: count }, (_, k) => header.classes[k] ?? "") };
  }

  /** Loads the groups of the chosen column; without them the classes colour the codes, and the note says why. */
  async load() {
    const { chosen } = this;
    if (chosen) await this.loadGroups(chosen);
    if (chosen) this.select.selectedIndex = this.colourings.indexOf(chosen);
  }

  /** @returns whether its groups are there */
  async loadGroups({ changes }: Colouring): Promise<boolean> {
    let missingSentence = "";
    const pendingGroups = changes.flatMap((header) => (header ? [attachGroups(header)] : []));
    await Promise.all(pendingGroups).catch((error) => void (missingSentence = missingFileSentence(error)));
    setText(this.note, missingSentence);
    return !missingSentence;
  }

  async choose(colouring: Colouring) {
    const isLoaded = await this.loadGroups(colouring);
    if (this.colourings[this.select.selectedIndex] !== colouring) return; // another was chosen meanwhile
    if (!isLoaded) {
      this.select.selectedIndex = this.chosen ? this.colourings.indexOf(this.chosen) : 0;
      return;
    }
    const voidedSettings = Object.fromEntries([...this.hiddenNames].map((name) => [name, null]));
    this.setSettings({ ...voidedSettings, colour: colouring.column || null });
  }

  /**
   * The message of a plane, coloured as chosen.
   * @param plane its number on the page
   */
  colour(message: PlaneMessage, plane: number = 0): PlaneMessage {
    const { chosen } = this;
    if (!chosen) return message;
    const { link } = message.header;
    const header = { ...message.header, link: link && chosen.shared ? { ...link, shares: chosen.shared } : link };
    const changes = chosen.changes[plane];
    const groupings = changes && attachGroups(changes);
    // the classes colour the codes as long as the groups are not there
    if (!groupings || groupings instanceof Promise) return { ...message, header };
    return {
      header: { ...header, ...groupings.header },
      fields: { ...message.fields, ...groupings.fields },
    };
  }
}
