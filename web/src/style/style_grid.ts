/**
 * The grid of styles × contents: each row has one style, each column one content, and both are taken from images.
 */

import { throttleToFrame } from "../base/memoize.ts";
import { copyCanvas, setSmoothing } from "../base/pictures.ts";
import { rewordForRows } from "../base/table_rows.ts";
import { DecoderClient } from "../networks/decoder_client.ts";
import { button, element, setNote, observeSize } from "../base/dom.ts";
import { EchoFilter, areArraysNearlyEqual } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { createMount } from "../host/mounting.ts";
import { ImageChange } from "../lessons/image_change.ts";
import { reportFigures } from "../lessons/participation.ts";
import { Prior } from "../priors/prior.ts";
import { ItemTexts } from "../codes/item_texts.ts";
import { Sprites } from "../codes/sprites.ts";
import { CellImages, decodeJobs } from "./style_cells.ts";
import { styleFigures } from "./style_figures.ts";
import { enableImageDrag } from "./style_drag.ts";
import { gridHeaders } from "./style_headers.ts";
import {
  contentVector,
  shuffledIndicesByClass,
  layoutAfterRandomSwap,
  layoutWithImage,
  layoutWithoutTarget,
} from "./style_layout.ts";
import { LiveControls } from "./live_controls.ts";
import { StyleTable } from "./style_table.ts";
import { ImageTray } from "./style_tray.ts";
import { translate } from "../base/translate.ts";
import type { Layout, OutgoingMessages } from "../messages.ts";
import type { Target } from "./style_layout.ts";
import type { SendMessage } from "../host/host.ts";

const areEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export class StyleGrid {
  header = {} as OutgoingMessages["style_grid"]["header"];
  fields = {} as OutgoingMessages["style_grid"]["fields"];
  z: Float32Array<ArrayBufferLike> = new Float32Array(0);
  layout: Layout = { rows: [], columns: [], blend: { a: 0, b: 0, t: 0 } };
  /** What is shown while an image is dragged over a row or column. */
  preview: { layout: Layout; z: Float32Array } | null = null;
  prior = new Prior({ dim: 0, prior: null, typical: null }, {});
  /** The values of z and of the layout that were sent to Python. */
  echoes = { z: new EchoFilter(areArraysNearlyEqual), layout: new EchoFilter(areEqual) };
  isMoving = false;
  /** How far the live row has changed since the experiment of a lesson began. */
  change = new ImageChange();
  /** Draws at the next animation frame, once for all changes until then. */
  refresh = throttleToFrame(() => this.draw());
  sendMessage: SendMessage = () => {};
  sprites = new Sprites(
    () => this.onPicturesLoaded(),
    () => ({
      networks: this.header.sprites ? null : this.decoder.networks,
      z: this.fields.z.values,
      content: this.contents,
    }),
  );
  items = new ItemTexts(() => this.onItemsLoaded());
  notes = element("div", { class: "lp-notes", role: "status" });
  hint = element("p", { class: "sg-hint", role: "status" });
  tray = new ImageTray({
    chosen: () => this.showHint(),
    picture: (image) => this.sprites.thumbnail(image),
    nameOf: (image) => this.itemName(image),
  });
  table = new StyleTable({
    take: (target) => this.onHeaderPressed(target),
    remove: (target) => this.setLayout(layoutWithoutTarget(this.layout, target)),
  });
  liveControls: LiveControls;
  stopObserving: () => void;
  decoder: DecoderClient;
  cells: CellImages;
  everyButton: HTMLButtonElement;
  root: HTMLDivElement;
  stopListening: (() => void)[];

  constructor(root: HTMLElement) {
    this.liveControls = new LiveControls(this);
    this.stopObserving = observeSize(this.table.root, () => this.table.fitNames());
    this.decoder = new DecoderClient(this.liveControls.image, (methodText, sentence) =>
      this.onNetworksChanged(methodText, sentence),
    );
    this.cells = new CellImages(() => this.refresh());
    this.everyButton = button(translate("Every class"), () =>
      this.setLayout({ ...this.layout, columns: this.header.content_numbers }),
    );
    this.root = this.buildBody();
    root.append(this.root);
    enableImageDrag(this.root, {
      onTarget: (image, target) => this.previewDrop(image, target),
      onDrop: (image, target) => this.dropImage(image, target),
    });
    this.stopListening = this.listenToPage();
  }

  buildBody() {
    const buttons = element(
      "div",
      { class: "lp-switches", role: "group", "aria-label": translate("Rows and columns") },
      button(translate("Swap two at random"), () => this.swapAtRandom(), { class: "lp-button lp-first" }),
      this.everyButton,
      button(translate("Other styles"), () => this.shuffleStyles()),
    );
    const onEscape = ({ key }: KeyboardEvent) =>
      key === "Escape" && this.tray.selectedImage >= 0 && this.tray.selectImage(-1);
    return element(
      "div",
      { class: "lp sg", onkeydown: onEscape },
      this.notes,
      this.table.root,
      buttons,
      this.tray.root,
      this.hint,
      this.liveControls.root,
    );
  }

  /** @returns functions that end the listening */
  listenToPage(): (() => void)[] {
    return [
      pageEvents.on("z", (message) => this.onPageZ(message)),
      pageEvents.on("turned", () => this.refresh()),
      pageEvents.on("experiment", () => this.beginExperiment()),
      pageEvents.on("commit", (message) => {
        if (this.isForThisGrid(message)) this.echoes.z.noteSent(message.z);
      }),
      pageEvents.on("pick", (message) => {
        if (this.isForThisGrid(message)) this.tray.selectAndShow(message.index);
      }),
    ];
  }

  close() {
    for (const stop of this.stopListening) stop();
    this.stopObserving();
    this.decoder.close();
    this.sprites.load(null); // no more images are requested
    this.refresh.close();
  }

  // Messages from Python ----------------------------------------------------------------------------------------------

  update({ header, fields }: OutgoingMessages["style_grid"]) {
    const isOtherRevision = this.header.revision !== header.revision;
    this.header = header;
    this.fields = fields;
    this.prior = new Prior(header, fields);
    const code = Float32Array.from(header.code);
    const [newCode, newLayout] = [this.echoes.z.isNewValue(code), this.echoes.layout.isNewValue(header.layout)];
    if (isOtherRevision || (newCode && !this.isMoving)) this.z = code;
    if (isOtherRevision || (newLayout && !this.isMoving)) this.layout = header.layout;
    this.setNote("data", "");
    this.sprites.load(header.sprites, header.server);
    this.items.load(header.items);
    this.liveControls.buildControls(header.contents, this.prior);
    this.liveControls.chart.setFeatures(header.features ?? null);
    this.tray.nameImages(Boolean(header.features));
    this.everyButton.textContent =
      header.contents[0] === header.classes[0] ? translate("Every class") : translate("Every cluster");
    this.tray.setLabels(this.labels);
    this.decoder.load(header, fields);
    if (isOtherRevision) this.showHint();
    this.refresh();
  }

  /**
   * The networks have changed.
   * @param methodText where decoding happens
   * @param sentence what went wrong in the page, or ""
   */
  onNetworksChanged(methodText: string, sentence: string) {
    this.liveControls.decoderNote.textContent = methodText;
    this.setNote("weights", sentence);
    if (this.header.sprites) this.refresh();
    else this.onPicturesLoaded();
  }

  /** The ids of the items have arrived. */
  onItemsLoaded() {
    if (this.tray.selectedImage >= 0) this.showHint();
    this.onPicturesLoaded();
  }

  onPicturesLoaded() {
    this.table.builtContent = "";
    this.tray.showImages();
    this.refresh();
  }

  /** Sets the one sentence about a subject above the grid; an empty sentence removes it. */
  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  // The user's actions ------------------------------------------------------------------------------------------------

  isForThisGrid({ sender, revision }: { sender: object; revision: string }): boolean {
    return sender !== this && revision === this.header.revision;
  }

  /** Another component of the page moved z. */
  onPageZ(message: { sender: object; revision: string; z: Float32Array }) {
    if (!this.isForThisGrid(message)) return;
    this.z = Float32Array.from(message.z);
    this.refresh();
  }

  moveDimension(j: number, value: number) {
    this.isMoving = true;
    this.z = this.z.with(j, value);
    this.emitToPage("z");
    this.refresh();
  }

  /** Sets the content of the live column. */
  setBlend(blend: Layout["blend"]) {
    this.isMoving = true;
    this.layout = { ...this.layout, blend };
    this.refresh();
  }

  /** Sets the style of the live row, and sends it to Python. */
  setLiveStyle(z: Float32Array) {
    this.z = z;
    this.emitToPage("z");
    this.sendCode();
  }

  /** A slider was released: sends its result to Python. */
  sendChanges() {
    this.isMoving = false;
    this.sendCode();
    this.setLayout(this.layout);
  }

  sendCode() {
    if (this.echoes.z.latest && areArraysNearlyEqual(this.z, this.echoes.z.latest)) return;
    this.echoes.z.noteSent(this.z);
    this.sendMessage("code", { z: Array.from(this.z) });
    this.emitToPage("commit");
  }

  /** Tells the page's other components about z. */
  emitToPage(name: "z" | "commit") {
    pageEvents.emit(name, { revision: this.header.revision, z: this.z, sender: this });
  }

  setLayout(layout: Layout) {
    this.layout = layout;
    this.refresh();
    if (areEqual(layout, this.echoes.layout.latest)) return;
    this.echoes.layout.noteSent(layout);
    this.sendMessage("layout", layout);
  }

  // Taking from images: by dragging one onto a header, by selecting one and pressing the header, or at random ----------

  showHint() {
    const { selectedImage } = this.tray;
    const text =
      selectedImage < 0
        ? translate(
            "Drag an image onto a row to take its style, onto a column to take its content; or press the image, then the row or column.",
          )
        : translate(
            "Image {image} ({name}) is selected: press a row to give it this style, or a column to give it this content.",
            { image: selectedImage, name: this.itemName(selectedImage) },
          );
    this.hint.textContent = rewordForRows(text, Boolean(this.header.features), "item");
  }

  /** A header was pressed: it takes the selected image; if none is selected, the row's image becomes selected. */
  onHeaderPressed(target: Target) {
    const { tray, layout } = this;
    if (tray.selectedImage >= 0) return this.dropImage(tray.selectedImage, target);
    if (target.kind === "row") return tray.selectAndShow(layout.rows[target.index]);
    this.hint.textContent = translate(
      "Select an image first; then press the row that takes its style, or the column that takes its content.",
    );
  }

  /** The grid's state if a target took an image, or a sentence if it cannot. */
  stateWithImage(image: number, target: Target) {
    const layout = layoutWithImage(this.layout, target, image, this.contents[image], this.header.limits);
    return typeof layout === "string"
      ? layout
      : { layout, z: target.kind === "live-row" ? this.styleOf(image) : this.z };
  }

  /** An image is dragged over a target: shows a preview. */
  previewDrop(image: number, target: Target | null) {
    const state = target && this.stateWithImage(image, target);
    this.preview = typeof state === "string" ? null : state;
    this.table.markTarget(target);
    this.refresh();
  }

  dropImage(image: number, target: Target | null) {
    this.previewDrop(image, null);
    if (!target) return;
    const state = this.stateWithImage(image, target);
    this.setNote("drop", typeof state === "string" ? state : "");
    if (typeof state === "string") return;
    if (target.kind === "live-row") this.setLiveStyle(state.z);
    this.setLayout(state.layout);
    this.hint.textContent = translate("Taken from image {image} ({name}).", { image, name: this.itemName(image) });
  }

  swapAtRandom() {
    const layout = layoutAfterRandomSwap(this.layout, this.contents, Math.random);
    this.setNote("swap", layout ? "" : translate("There is only one content here, so there is nothing to swap."));
    if (layout) this.setLayout(layout);
  }

  shuffleStyles() {
    const count = Math.max(this.layout.rows.length, this.header.default_row_count);
    this.setLayout({ ...this.layout, rows: shuffledIndicesByClass(this.contents, count, Math.random) });
  }

  // Drawing -----------------------------------------------------------------------------------------------------------

  /** The style of an image: its code. */
  styleOf(image: number): Float32Array {
    const { dim } = this.header;
    return Float32Array.from(this.fields.z.values.subarray(image * dim, (image + 1) * dim));
  }

  /** Classes of the images, −1 for none. */
  get labels() {
    return this.fields.labels.values;
  }

  /** Contents of the images, −1 for none: their clusters, or their classes. */
  get contents() {
    return (this.fields.content ?? this.fields.labels).values;
  }

  /** The name of an image's class. */
  className(image: number): string {
    return this.header.classes[this.labels[image]] ?? translate("no class");
  }

  /** The id of an image, if it is known, and the name of its class. */
  itemName(image: number): string {
    const id = this.items.idOf(image);
    return id ? `${id}, ${this.className(image)}` : this.className(image);
  }

  /** The live row, without the image of the live column. */
  get liveImages(): HTMLCanvasElement[] {
    return this.table.cells[0].slice(1).map(({ canvas }) => canvas);
  }

  /** The experiment of a lesson begins, and figures compare with the images of now. */
  beginExperiment() {
    if (!this.header.revision) return;
    this.change.begin(this.liveImages);
    this.refresh();
  }

  /** Tells a lesson how far the live row has changed, and how far its style is from the middle. */
  reportChange() {
    const { change, liveImages } = this;
    reportFigures(styleFigures(this.z, () => change.shareOf(liveImages)));
  }

  draw() {
    if (!this.header.revision) return;
    const { layout, z } = this.preview ?? this;
    const { contents: names, limits } = this.header;
    const headers = gridHeaders(this.header, layout, {
      nameOf: (image) => this.itemName(image),
      idOf: (image) => this.items.idOf(image),
    });
    const canAdd = { row: layout.rows.length < limits.rows, column: layout.columns.length < limits.columns };
    this.table.buildCells(headers.rows, headers.columns, (image) => this.sprites.thumbnail(image), canAdd);
    const styles = [z, ...layout.rows.map((image) => this.styleOf(image))];
    const contents = [layout.blend, ...layout.columns.map((k) => ({ a: k, b: k, t: 0 }))].map((blend) =>
      contentVector(blend, names.length),
    );
    const jobs = decodeJobs(this.table.cells, styles, contents, this.decoder.networksKey || this.decoder.server.id);
    this.cells.paintStale(jobs, this.decoder);
    this.setNote("server", this.cells.error);
    this.liveControls.showState(z, layout.blend, this.prior, names);
    const { canvas } = this.table.cells[0][0];
    copyCanvas(this.liveControls.image, canvas); // at a larger size
    this.reportChange();
    setSmoothing(this.root, [canvas.height, canvas.width]);
  }
}

export default createMount(StyleGrid);
