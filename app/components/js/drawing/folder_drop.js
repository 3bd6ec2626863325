/**
 * Takes folders and images that are dropped anywhere on the page, or a chosen folder, and hands them to Streamlit's file field as
 * one zip. That field takes only files, so the folders, which are the classes, would be lost.
 */

import { button, element, write } from "../base/dom.js";
import { MOST_FILES, zipped } from "../files/zip.js";
import { handOver, isFileField } from "../host/host.js";
import { mounting } from "../host/mounting.js";

export const IMAGE = /\.(a?png|jpe?g|jpe|jfif|bmp|gif|webp|tiff?|p[bgnp]m)$/i;
const HELD = 800; // milliseconds without a "dragover" event after which nothing is held over the page

/** @typedef {{path: string, file: File}} Found a file and its path, the dropped folder's name included */

/** The files in a dropped file or folder. @param {FileSystemEntry} entry @param {string} [before] @returns {Promise<Found[]>} */
async function filesIn(entry, before = "") {
  const path = before + entry.name;
  if (entry.isFile) return [{ path, file: await new Promise((done, fail) => /** @type {FileSystemFileEntry} */ (entry).file(done, fail)) }];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {Found[]} */
  const found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((done, fail) => reader.readEntries(done, fail)); // a hundred at most
    if (!some.length) return found;
    for (const each of some) found.push(...(await filesIn(each, `${path}/`)));
  }
}

/** Leaves out hidden files. @param {Found[]} files */
const seen = (files) => files.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));

/** Whether it is a single file that needs no zip. @param {Found[]} files */
const isAlone = (files) => files.length === 1 && !files[0].path.includes("/") && !IMAGE.test(files[0].path);

/** Whether a file's name has one of these extensions. @param {string} name @param {string[]} forms */
const isOf = (name, forms) => forms.some((form) => name.toLowerCase().endsWith(`.${form}`));

/** The name of the folder that contains all files, or "images". @param {Found[]} files */
export function nameOf(files) {
  const tops = new Set(files.map(({ path }) => (path.includes("/") ? path.split("/")[0] : "")));
  return tops.size === 1 ? [...tops][0] || "images" : "images";
}

class FolderDrop {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** The largest number of bytes, the class of the file field, and the extensions that it takes. */
    this.header = /** @type {import("../../messages.js").Sent["folder_drop"]["header"]} */ ({ v: 1, most: Infinity, field: "", forms: [] });
    /** Ends the reading of what was dropped or chosen last. */
    this.reading = new AbortController();
    this.said = element("p", { class: "lp-said", role: "status" });
    this.input = element("input", { type: "file", webkitdirectory: true, class: "lp-hidden", tabindex: "-1", "aria-hidden": "true" });
    this.input.addEventListener("change", () => {
      const chosen = [...(this.input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
      this.input.value = ""; // so that the same folder can be chosen again
      void this.take(async () => chosen);
    });
    const choose = button("Choose a folder", () => this.input.click());
    this.root = element("div", { class: "lp fd" }, choose, element("span", {}, "or drop a folder, a zip or images anywhere on this page."), this.input, this.said);
    root.append(this.root);
    this.veil = element("p", { class: "fd-veil", hidden: true }, "Drop a folder, a zip or images anywhere on this page.");
    this.root.append(this.veil);
    this.left = new AbortController();
    const { signal } = this.left;
    document.addEventListener("dragover", (event) => this.over(event), { signal });
    document.addEventListener("drop", (event) => this.dropped(event), { capture: true, signal }); // before the file field's own listener
    document.addEventListener("change", (event) => isFileField(this.header.field, event) && this.turn(), { capture: true, signal });
  }

  close() {
    this.reading.abort();
    this.left.abort();
    clearTimeout(this.held);
  }

  /** A file is over the page. @param {DragEvent} event */
  over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.veil.hidden = false;
    clearTimeout(this.held);
    this.held = setTimeout(() => (this.veil.hidden = true), HELD);
  }

  /** @param {import("../../messages.js").Sent["folder_drop"]} message */
  update({ header }) {
    this.header = header;
  }

  /** @param {string} _ @param {string} sentence */
  say(_, sentence) {
    write(this.said, sentence);
  }

  /** Takes what is dropped on the page, except a single file on the file field itself. @param {DragEvent} event */
  dropped(event) {
    this.veil.hidden = true;
    const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
    const single = entries.length === 1 && entries[0].isFile && isOf(entries[0].name, this.header.forms);
    if (!entries.length) return;
    if (single && isFileField(this.header.field, event)) return void this.turn();
    event.preventDefault();
    event.stopPropagation();
    void this.take(async () => (await Promise.all(entries.map((entry) => filesIn(entry)))).flat());
  }

  /** Another file is dropped or chosen: ends the reading of earlier ones. @returns {AbortSignal} aborted at the next turn */
  turn() {
    this.reading.abort();
    this.reading = new AbortController();
    this.say("", "");
    return this.reading.signal;
  }

  /** Hands the files over, unless others are dropped or chosen before they are read. @param {() => Promise<Found[]>} find */
  async take(find) {
    const given = this.turn();
    const say = (/** @type {string} */ sentence) => given.aborted || this.say("", sentence);
    say("Reading …");
    try {
      const file = await this.fileOf(seen(await find()), given, say);
      if (typeof file === "string") say(file);
      else if (!given.aborted) this.say("", handOver(this.header.field, file) ? "" : "The page was not ready; drop the files again."); // which is a turn, too
    } catch {
      say("The files could not be read; check that they are still there, and drop them again.");
    }
  }

  /** The files as one, or a sentence why they cannot be used. @param {Found[]} files @param {AbortSignal} given ends it @param {(sentence: string) => void} say called with the progress @returns {Promise<File | string>} */
  async fileOf(files, given, say) {
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const count = files.length.toLocaleString("en");
    if (!files.length) return "No file was found there.";
    if (isAlone(files) && !isOf(files[0].path, this.header.forms)) {
      return `${files[0].path} cannot be used: drop a folder of images, images, or a file that ends in ${this.header.forms.join(", ")}.`;
    }
    if (files.length > MOST_FILES || bytes > this.header.most) {
      return `${count} files with ${Math.round(bytes / 1e6).toLocaleString("en")} MB are too much to send (at most ${Math.round(this.header.most / 1e6)} MB); on this machine, give the folder’s path under “Data of your own”.`;
    }
    if (isAlone(files)) return files[0].file;
    const zip = await zipped(files, given, (done) => say(`Reading ${done.toLocaleString("en")} of ${count} files …`));
    return new File([zip], `${nameOf(files)}.zip`, { type: "application/zip" });
  }
}

export default mounting(FolderDrop);
