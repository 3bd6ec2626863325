/**
 * One revision's plane and its controls, as `app/views/explore.py` shows them.
 */

import { button, element, optionElements, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import { Plane } from "../plane/plane.ts";
import { ColourChoice } from "./colour_choice.ts";
import { MissingFileError, missingFileSentence } from "./missing_file.ts";
import { DocumentPage } from "./page.ts";
import {
  headerChanges,
  contentOfImage,
  settingsFromMessage,
  registerSettingParsers,
  openMessage,
} from "./plane_messages.ts";
import { integerParser, choiceParser } from "./settings.ts";
import { MountedComponent } from "./mounted_component.ts";
import type { Colouring } from "./colour_choice.ts";
import type { Header, MessageTypes } from "./plane_messages.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { ComponentMessage } from "./mounted_component.ts";
import type { PickedCode } from "./settings.ts";

type Scene = { message: string; view: string; across: number; up: number; title: string };
type ExploreDescription = {
  kind: "explore";
  title: string;
  scenes: Scene[];
  count: number;
  item: string;
  notes: { [view: string]: string };
  colourings: Colouring[];
};

/** The data's items by the word for one. */
const ITEM_NAMES: Record<string, string> = { image: translate("image"), row: translate("row") };
const mount = createMount(Plane);

export class ExplorePage extends DocumentPage<ExploreDescription> {
  fields: OutgoingMessages["latent_canvas"]["fields"] | undefined;

  header = {} as Header;
  /** The messages of the scenes shown so far. */
  messages: PromiseCache<OutgoingMessages["latent_canvas"]> = new PromiseCache(this.description.scenes.length);

  /** The last scene that could be shown; `prepare` finds one that can. */
  shownScene = this.description.scenes[0];
  /** Why the scene chosen after it could not, "" if none was. */
  missingSentence = "";

  colours = new ColourChoice(this.description.colourings, this.settings, (texts) => this.setSettings(texts));

  projectionSelect = element("select", {
    onchange: () => this.showScene(this.description.scenes[Number(this.projectionSelect.value)]),
  });
  content = element("select", { onchange: () => this.setSettings({ y: this.content.value }) });
  numberInput = element("input", {
    type: "number",
    min: 0,
    step: 1,
    placeholder: translate("none"),
    onchange: () => this.selectTypedNumber(),
  });
  noteElement = element("p", { class: "lp-note", role: "status", hidden: true });

  /** Loads what is needed to read the address: any of the scenes. */
  async prepare() {
    const { settings, description } = this;
    const { header, fields } = await this.loadFirstScene();
    this.header = header;
    this.fields = fields;
    registerSettingParsers(settings, this.colours.widestHeader(this.header), description.count);
    settings.register("view", choiceParser(description.scenes.map(({ view }) => view)));
    const ends = description.scenes.flatMap(({ across, up }) => [across, up]);
    for (const name of ["across", "up"]) settings.register(name, integerParser(1, Math.max(1, ...ends)));
    settings.register(
      "y",
      this.header.contents.length ? integerParser(0, this.header.contents.length - 1) : () => null,
    );
  }

  /** The message of the first scene whose file is there. */
  async loadFirstScene() {
    let missingSentence = "";
    for (const scene of this.description.scenes) {
      this.shownScene = scene;
      const message = await this.fetchMessage(scene).catch(
        (error) => void (missingSentence ||= missingFileSentence(error)),
      );
      if (message) return message;
    }
    throw new MissingFileError(missingSentence);
  }

  fetchMessage({ message }: Scene): Promise<MessageTypes["The plane"]> {
    return this.messages.getOrFetch(message, () => openMessage(message, "The plane"));
  }

  /** The scene that the settings select. */
  get selectedScene() {
    const { settings, description } = this;
    const [first] = description.scenes;
    const [view, across, up] = [
      settings.get("view") ?? first.view,
      settings.get("across") ?? 1,
      settings.get("up") ?? 2,
    ];
    return (
      description.scenes.find(
        (scene) => scene.view === view && (view !== "pair" || (scene.across === across && scene.up === up)),
      ) ??
      description.scenes.find((scene) => scene.view === view) ??
      first
    );
  }

  open(root: HTMLElement) {
    root.append(this.buildControls());
    this.components = [new MountedComponent(root, mount, (...message) => this.handlePlaneMessage(...message))];
    return this.show();
  }

  async show() {
    const { selectedScene: scene, settings, description } = this;
    this.projectionSelect.value = String(description.scenes.indexOf(scene));
    let missingSentence = "";
    const message = await this.fetchMessage(scene).catch(
      (error) => void (missingSentence = missingFileSentence(error)),
    );
    await this.colours.load();
    if (scene !== this.selectedScene) return; // another was chosen meanwhile
    if (!message)
      return this.showScene(
        this.shownScene,
        translate("“{title}” cannot be shown. {problem}", { title: scene.title, problem: missingSentence }),
      );
    this.shownScene = scene;
    const { header } = message;
    const changes = headerChanges(settings, header);
    const picked = settings.get<PickedCode>(header.names.picked)?.index ?? null;
    const y = settings.get("y") ?? header.y;
    this.components[0]?.sendMessage(this.colours.colour(message), { ...changes, picked, y });
    if (y !== null) this.content.value = String(y);
    this.numberInput.value = picked === null ? "" : String(picked);
    const sentence = this.missingSentence || (description.notes[scene.view] ?? "");
    this.noteElement.hidden = !sentence;
    setText(this.noteElement, sentence);
  }

  // Messages and actions ----------------------------------------------------------------------------------------------

  /** A message from the plane. */
  handlePlaneMessage(...message: ComponentMessage) {
    const [kind, value] = message;
    const { fields, header } = this;
    if (!fields) return;
    const content = kind === "picked" && value.index >= 0 ? contentOfImage(header, fields, value.index) : null;
    this.setSettings({
      ...settingsFromMessage(header, fields, ...message),
      ...(content === null ? {} : { y: String(content) }),
    });
  }

  buildControls(): HTMLDivElement {
    const { description, header } = this;
    const item = ITEM_NAMES[description.item] ?? description.item;
    this.projectionSelect.replaceChildren(...optionElements(description.scenes.map(({ title }) => title)));
    this.content.replaceChildren(...optionElements(header.contents));
    this.numberInput.max = String(description.count - 1);
    return element(
      "div",
      { class: "lp" },
      element(
        "div",
        { class: "ho-row", role: "group", "aria-label": translate("What the plane shows") },
        ...(description.scenes.length > 1
          ? [element("label", {}, translate("Projection"), this.projectionSelect)]
          : []),
        ...(header.contents.length ? [element("label", {}, translate("Content y"), this.content)] : []),
        ...this.colours.elements,
        element("label", {}, item[0].toUpperCase() + item.slice(1), this.numberInput),
        button(translate("Random {item}", { item }), () =>
          this.handlePlaneMessage("picked", { index: Math.floor(description.count * Math.random()) }),
        ),
      ),
      this.noteElement,
    );
  }

  /** A code's number was typed, or removed. */
  selectTypedNumber() {
    const { value } = this.numberInput;
    const index = value ? integerParser(0, this.description.count - 1)(value) : -1;
    if (index !== null) this.handlePlaneMessage("picked", { index });
    else this.numberInput.value = String(this.settings.get<PickedCode>(this.header.names.picked)?.index ?? "");
  }

  /** @param missingSentence why it is shown in place of another */
  showScene({ view, across, up }: Scene, missingSentence: string = "") {
    this.missingSentence = missingSentence;
    const isPair = view === "pair";
    this.setSettings({
      view: this.description.scenes[0].view === view && !isPair ? null : view,
      across: isPair ? String(across) : null,
      up: isPair ? String(up) : null,
      window: null,
      lasso: null,
    });
  }
}
