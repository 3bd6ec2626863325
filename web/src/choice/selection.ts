/**
 * The codes selected together: their number, classes, images and mean, and files of them.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { buildArchive, omittedOriginalsReason } from "./npz_archive.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { button, element, rebuildKeepingFocus } from "../base/dom.ts";
import { codesToCsv, canvasToPng, downloadFile, makeAndDownload } from "../files/downloads.ts";
import { countByClass } from "../codes/legend.ts";
import { DifferenceList, shareBar } from "./difference_list.ts";
import { GROUP_NAMES, groupsOfRevision } from "./code_groups.ts";
import { createYielder } from "../base/task_scheduler.ts";
import { classColour } from "../codes/stamp_renderer.ts";
import { drawPicture } from "../codes/sprites.ts";
import { joinSentences, translate, translatePlural } from "../base/translate.ts";
import type { SelectionPlane } from "./planes.ts";
import type { AtlasPlace } from "../codes/image_atlas.ts";

const SHOWN_IMAGES = 60; // images in the panel
const MAX_SAVED_IMAGES = 2500; // the most images in the file
const MAX_SAVED_PIXELS = 2 ** 24; // the most pixels in the file
const SHOWN_ITEMS = 20; // rows of the table of items in the panel
const COLUMNS = 50;
const DECODING_BATCH = 32; // images of the file that are decoded in one go

export class Selection {
  host: HTMLElement;
  plane: SelectionPlane;
  /** 1 for each selected code, or null if there are none. */
  mask: Uint8Array | null = null;
  indices: number[] = [];
  status = element("span", { role: "status" });
  grid = element("div", { class: "lp-grid" });
  differences: DifferenceList;
  /** The buttons of files that take a while, which stop them, too; so they stay when the panel is built anew. */
  saveButtons = {
    csv: button(translate("Save as CSV"), () => this.saveCsv()),
    archive: button(translate("Save as NPZ"), () => this.saveArchive()),
    picture: button("", () => this.saveImages()),
  };
  /** Whether the panel, or only the images in it, are out of date. */
  changeDetectors = { panel: createChangeDetector(), pictures: createChangeDetector() };

  constructor(host: HTMLElement, plane: SelectionPlane) {
    this.host = host;
    this.plane = plane;
    this.differences = new DifferenceList(plane);
    for (const eventName of ["networks", "moment"] as const) plane.events.on(eventName, () => this.updatePanel());
    host.hidden = true;
  }

  setStatus(sentence: string) {
    this.status.textContent = sentence;
  }

  setMask(mask: Uint8Array | null) {
    this.setStatus("");
    this.indices = [];
    mask?.forEach((isSelected, k) => isSelected && this.indices.push(k));
    this.mask = this.indices.length ? mask : null;
    this.updatePanel();
  }

  /** Keeps the selection while a revision trains, since the codes of the same images move. */
  clearIfCountDiffers(count: number) {
    if (this.mask && this.mask.length !== count) this.setMask(null);
    else if (this.mask) this.updatePanel();
  }

  /**
   * Removes codes of hidden classes from the selection.
   * @returns whether there were any
   */
  dropHidden(): boolean {
    const { plane, mask } = this;
    const remaining = this.indices.filter((k) => plane.isVisible(k));
    if (!mask || remaining.length === this.indices.length) return false;
    this.setMask(mask.map((isSelected, k) => Number(isSelected && plane.isVisible(k))));
    return true;
  }

  /**
   * Shows the selection, rebuilding only what has changed, because a button may have the focus when a message arrives.
   */
  updatePanel() {
    const { host, indices, plane } = this;
    host.hidden = !this.mask;
    const { sprites, codes, header, fields, decoder } = plane;
    const hasImages = Boolean(this.mask) && sprites.thumbnail(indices[0]) !== null;
    const firstId = this.mask ? plane.items.idOf(indices[0]) : "";
    const panel = this.changeDetectors.panel(
      this.mask,
      codes.labels,
      header.classes?.join(),
      hasImages,
      sprites.kind,
      firstId,
    );
    const pictures = this.changeDetectors.pictures(
      this.mask,
      sprites.arrivalCount,
      ...(sprites.sheet ? [] : [decoder.networks, fields.z]),
    );
    this.differences.update(this.mask);
    if (!this.mask) return host.replaceChildren();
    if (panel) rebuildKeepingFocus(host, "button", () => this.buildPanel(hasImages));
    if (hasImages && (panel || pictures)) plane.scene.tasks.start("grid", this.showImagesOneByOne());
  }

  /** @param hasImages whether there are images of the codes */
  buildPanel(hasImages: boolean) {
    const { host, indices, plane } = this;
    this.grid.replaceChildren();
    this.saveButtons.picture.textContent = plane.header.features ? translate("Save charts") : translate("Save images");
    host.replaceChildren(
      this.countSentence(hasImages),
      this.classHistogram(),
      this.differences.host,
      this.grid,
      element(
        "div",
        { class: "lp-switches" },
        button(translate("Decode their mean"), () => this.useMean((mean) => plane.moveZTo(mean))),
        ...(plane.header.tools?.includes("directions")
          ? GROUP_NAMES.map((name) => button(translate("Mark as group {name}", { name }), () => this.markGroup(name)))
          : []),
        this.saveButtons.csv,
        this.saveButtons.archive,
        ...(hasImages ? [this.saveButtons.picture] : []),
        button(translate("Clear selection"), () => this.clearSelection()),
        this.status,
      ),
      this.itemTable(),
    );
  }

  /** Clears the selection, and moves the focus from its buttons, which disappear, to the plane. */
  clearSelection() {
    this.plane.selectCodes(null);
    this.plane.parts.surface.focus();
  }

  /** Adds the images one by one, since they may have to be decoded. */
  *showImagesOneByOne() {
    const indices = this.indices.slice(0, SHOWN_IMAGES);
    this.plane.sprites.requestImages(indices);
    yield;
    this.grid.replaceChildren();
    for (const k of indices) {
      this.grid.append(this.plane.sprites.thumbnail(k) ?? "");
      yield;
    }
  }

  /** @param hasImages whether there are images of the codes */
  countSentence(hasImages: boolean): HTMLParagraphElement {
    const countText = translate("{count} codes selected", { count: this.indices.length.toLocaleString("en") });
    const [textBefore, textAfter = ""] = (hasImages ? this.imagesSentence() : "{selected}").split("{selected}");
    return element("p", {}, textBefore, element("strong", {}, countText), textAfter);
  }

  /** What the images below are, and how many are shown; "{selected}" stands for how many codes are selected. */
  imagesSentence(): string {
    const isPart = this.indices.length > SHOWN_IMAGES;
    const count = SHOWN_IMAGES;
    if (this.plane.sprites.kind === "reconstructions")
      return isPart
        ? translate("{selected}; the first {count} reconstructions below", { count })
        : translate("{selected}; their reconstructions below");
    if (this.plane.header.features)
      return isPart
        ? translate("{selected}; the first {count} rows below", { count })
        : translate("{selected}; their rows below");
    return isPart
      ? translate("{selected}; the first {count} images below", { count })
      : translate("{selected}; their images below");
  }

  /** A bar for each class, proportional to its share, with a line at its share among all codes. */
  classHistogram(): HTMLUListElement {
    const { codes, header } = this.plane;
    const labels = this.indices.map((k) => this.plane.labelOf(k));
    const codeCount = codes.xy.length / 2;
    const countsOfAll = countByClass(codes.labels, codeCount);
    const rows = [...countByClass(labels, labels.length)].map(([label, count]) => {
      const shareOfAll = (countsOfAll.get(label) ?? 0) / codeCount;
      const name = header.classes[label] ?? header.missing ?? translate("no class");
      return element(
        "li",
        {},
        element("span", {}, name),
        shareBar(count / labels.length, shareOfAll, classColour(codes, label)),
        element("b", {}, count.toLocaleString("en")),
      );
    });
    const label = header.missing
      ? translate("Groups of the selected codes; a line marks the share among all codes")
      : translate("Classes of the selected codes; a line marks the share among all codes");
    return element("ul", { class: "lp-bars", "aria-label": label, title: label }, ...rows);
  }

  /** What was kept of the first selected items, a row for each; "" where nothing was. */
  itemTable(): HTMLElement | "" {
    const { items } = this.plane;
    const names = items.rowOf(this.indices[0]).map(([name]) => name);
    if (!names.length) return "";
    const rows = this.indices
      .slice(0, SHOWN_ITEMS)
      .map((k) => element("tr", {}, ...items.rowOf(k).map(([, text]) => element("td", {}, text))));
    const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)));
    const count = this.indices.length;
    const countSentence =
      count > SHOWN_ITEMS
        ? translate("The first {count} items selected; all are in the CSV", { count: SHOWN_ITEMS })
        : translatePlural("{count} item selected, as in the CSV", "{count} items selected, as in the CSV", count);
    const caption = element("caption", {}, joinSentences(countSentence, this.leftOutSentence()));
    const table = element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...rows));
    return element("div", { class: "lp-items", tabindex: "0", role: "group", "aria-label": translate("Items") }, table);
  }

  /** Which columns are missing in table and CSV; "" if none is. */
  leftOutSentence(): string {
    const columns = this.plane.items.leftOut.join(", ");
    if (!columns) return "";
    return translate("Too large for the page, so missing here and in the CSV: {columns}.", { columns });
  }

  /** The selected codes at the training step that is shown, without those that were not saved there. */
  savedCodes(): { k: number; z: Float32Array }[] {
    return this.indices.flatMap((k) => {
      const z = this.plane.codeOf(k);
      return z ? [{ k, z }] : [];
    });
  }

  /** Calls `callback` with the mean of the known codes, if there are any. */
  useMean(callback: (mean: Float32Array, count: number) => void) {
    const codes = this.savedCodes();
    const total = new Float64Array(this.plane.header.dim);
    for (const { z } of codes) z.forEach((value, j) => (total[j] += value));
    if (codes.length)
      callback(
        Float32Array.from(total, (sum) => sum / codes.length),
        codes.length,
      );
    else this.setStatus(translate("None of these codes was saved at this step."));
  }

  /** Marks the codes as a group, whose mean is used in directions and arithmetic. */
  markGroup(name: (typeof GROUP_NAMES)[number]) {
    this.useMean((z, count) => {
      groupsOfRevision(this.plane.header.revision)[name] = { z, count };
      this.setStatus(translate("Group {name} has {count} codes.", { name, count: count.toLocaleString("en") }));
      this.plane.events.emit("group");
    });
  }

  /** Saves the selected codes as CSV, once what was kept of their items has arrived; not without, if that fails. */
  saveCsv() {
    const { items } = this.plane;
    items.loadAgain();
    if (!items.isPending) return downloadFile(this.csvText(), "codes.csv");
    const build = () => items.arrival.then(() => this.csvText());
    const showStatus = (sentence: string) => this.setStatus(sentence);
    return makeAndDownload(this.saveButtons.csv, showStatus, translate("Writing the file"), "codes.csv", build);
  }

  /** The selected codes as CSV: number, class, z, and what was kept of the items. */
  csvText(): Blob {
    const { header, fields, items } = this.plane;
    const rows = this.savedCodes().map(({ k, z }) => ({
      number: k,
      name: header.class_names[fields.labels?.values[k] ?? -1] ?? "",
      z,
      item: items.rowOf(k),
    }));
    return codesToCsv(rows, header.dim);
  }

  /** Saves z, labels and indices of the selected codes, and their images if these are available. */
  saveArchive() {
    const codes = this.savedCodes();
    const build = (signal: AbortSignal) => buildArchive(this.plane, codes, signal);
    return makeAndDownload(
      this.saveButtons.archive,
      (sentence) => this.setStatus(sentence),
      translate("Writing the file"),
      "codes.npz",
      build,
      omittedOriginalsReason(this.plane, codes.length),
    );
  }

  /** Saves the images of the selected codes at full size on one sheet; they may have to be decoded or fetched. */
  saveImages() {
    const {
      indices,
      plane: { sprites },
    } = this;
    return makeAndDownload(
      this.saveButtons.picture,
      (sentence) => this.setStatus(sentence),
      translate("Arranging the images"),
      "codes.png",
      async (signal) => {
        await sprites.loadImages(indices.slice(0, 1));
        const { width, height } = sprites.findPlace(indices[0]) as AtlasPlace;
        const saved = indices.slice(0, Math.min(MAX_SAVED_IMAGES, Math.floor(MAX_SAVED_PIXELS / width / height)));
        const columns = Math.min(COLUMNS, saved.length);
        const canvas = element("canvas", {
          width: columns * width,
          height: Math.ceil(saved.length / columns) * height,
        });
        const pen = context2d(canvas);
        const yieldToBrowser = createYielder(signal);
        for (let first = 0; first < saved.length; first += DECODING_BATCH) {
          const batch = saved.slice(first, first + DECODING_BATCH);
          await sprites.loadImages(batch);
          batch.forEach((k, j) => {
            const [place, position] = [sprites.findPlace(k), first + j];
            if (place)
              drawPicture(
                pen,
                place,
                (position % columns) * width,
                Math.floor(position / columns) * height,
                width,
                height,
              );
          });
          await yieldToBrowser();
        }
        return canvasToPng(canvas);
      },
    );
  }
}
