/**
 * The tray of images whose styles and classes can be taken.
 */

import { rewordForRows } from "../base/table_rows.ts";
import { button, element, rebuildKeepingFocus, setText } from "../base/dom.ts";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.ts";
import { shuffledIndicesByClass } from "./style_layout.ts";
import { translate } from "../base/translate.ts";

const TRAY_SIZE = 30;

export class ImageTray {
  callbacks: {
    chosen: (image: number) => void;
    picture: (image: number) => Node | null;
    nameOf: (image: number) => string;
  };
  labels: ArrayLike<number> = [];
  images: number[] = [];
  selectedImage = -1;
  list = element("div", {
    class: "sg-images",
    role: "listbox",
    "aria-label": translate("Images"),
    "aria-orientation": "horizontal",
    onclick: ({ target }) => this.onPress(target),
    onkeydown: (event) => this.onKey(event),
  });
  numberInput = element("input", {
    type: "number",
    min: 0,
    step: 1,
    "aria-label": translate("Image by its number"),
    placeholder: translate("number"),
  });
  shuffleButton = button(translate("Other images at random"), () => this.shuffleImages());
  numberLabel = element("span", {}, translate("Image"));
  form: HTMLFormElement;
  root: HTMLElement;

  /** @param callbacks `chosen` is called with −1 when nothing is selected any more */
  constructor(callbacks: {
    chosen: (image: number) => void;
    picture: (image: number) => Node | null;
    nameOf: (image: number) => string;
  }) {
    this.callbacks = callbacks;
    const add = element("button", { type: "submit", class: "lp-button" }, translate("Show"));
    this.form = element(
      "form",
      { class: "sg-number", onsubmit: (event) => this.onNumberSubmit(event) },
      element("label", {}, this.numberLabel, " ", this.numberInput),
      add,
    );
    enableRovingTabindex(this.list, "[role=option]");
    this.root = element(
      "section",
      { "aria-label": translate("Images to take from") },
      this.list,
      element("div", { class: "sg-tray-acts" }, this.shuffleButton, this.form),
    );
  }

  /** Names the images; rows of a table are called items here, because the grid has rows of its own. */
  nameImages(isTable: boolean) {
    setText(this.shuffleButton, rewordForRows(translate("Other images at random"), isTable, "item"));
    setText(this.numberLabel, rewordForRows(translate("Image"), isTable, "item"));
  }

  /** @param labels of all images */
  setLabels(labels: ArrayLike<number>) {
    const isSame =
      labels.length === this.labels.length &&
      Array.from(labels).every((classLabel, k) => classLabel === this.labels[k]);
    this.labels = labels;
    if (isSame) return this.showImages();
    this.numberInput.max = String(labels.length - 1);
    this.shuffleImages(); // first, because the images shown before may not exist among these
    this.selectImage(-1);
  }

  shuffleImages() {
    this.images = shuffledIndicesByClass(this.labels, TRAY_SIZE, Math.random);
    this.showImages();
  }

  /** Selects an image, and adds it to the front of the tray if it is not there. */
  selectAndShow(image: number) {
    if (!this.images.includes(image)) this.images = [image, ...this.images.slice(0, TRAY_SIZE - 1)];
    this.selectImage(image);
    this.list.querySelector(`[data-image="${image}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  onNumberSubmit(event: Event) {
    event.preventDefault();
    if (this.numberInput.value !== "" && this.numberInput.checkValidity())
      this.selectAndShow(Number(this.numberInput.value));
  }

  onPress(target: EventTarget | null) {
    const option = (target as Element).closest("[data-image]") as HTMLElement | null;
    if (option)
      this.selectImage(this.selectedImage === Number(option.dataset.image) ? -1 : Number(option.dataset.image));
  }

  onKey(event: KeyboardEvent) {
    if (event.key === "Escape" && this.selectedImage >= 0) this.selectImage(-1);
    else if (event.key === "Enter" || event.key === " ") this.onPress(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param image −1 for none */
  selectImage(image: number) {
    this.selectedImage = image;
    this.showImages();
    this.callbacks.chosen(image);
  }

  showImages() {
    rebuildKeepingFocus(this.list, "[role=option]", () => {
      this.list.replaceChildren(...this.images.map((image) => this.makeOption(image)));
      resetRovingTabindex(this.list, "[role=option]"); // makes them focusable
    });
  }

  makeOption(image: number): HTMLDivElement {
    const picture = this.callbacks.picture(image);
    const name = this.callbacks.nameOf(image);
    const label = translate("Image {image}, {name}", { image, name });
    const attributes = {
      role: "option",
      "data-image": image,
      "aria-selected": String(image === this.selectedImage),
      "aria-label": label,
      title: label,
    };
    return element("div", attributes, ...(picture ? [picture] : [element("span", {}, `${name} · ${image}`)]));
  }
}
