/**
 * Takes folders and images that are dropped anywhere on the page, or a chosen folder, and hands them to Streamlit's
 * file field as one zip. That field takes only files, so the folders, which are the classes, would be lost.
 */

import { button, element, setText } from "../base/dom.ts";
import { MAX_FILES, makeZip } from "../files/zip.ts";
import { fillFileField, isFileFieldEvent } from "../host/host.ts";
import { createMount } from "../host/mounting.ts";
import { translate } from "../base/translate.ts";
import type { OutgoingMessages } from "../messages.ts";

export const IMAGE = /\.(a?png|jpe?g|jpe|jfif|bmp|gif|webp|tiff?|p[bgnp]m)$/i;
const DRAG_TIMEOUT = 800; // milliseconds without a "dragover" event after which nothing is held over the page

/** A file and its path, the dropped folder's name included. */
type DroppedFile = { path: string; file: File };

/** The files in a dropped file or folder. */
async function readEntry(entry: FileSystemEntry, parent: string = ""): Promise<DroppedFile[]> {
  const path = parent + entry.name;
  if (entry.isFile)
    return [
      {
        path,
        file: await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      },
    ];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: DroppedFile[] = [];
  for (;;) {
    const entries: FileSystemEntry[] = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // a hundred at most
    if (!entries.length) return files;
    for (const child of entries) files.push(...(await readEntry(child, `${path}/`)));
  }
}

/** Leaves out hidden files. */
const visibleFiles = (files: DroppedFile[]): DroppedFile[] =>
  files.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));

/** Whether it is a single file that needs no zip. */
const isSingleFile = (files: DroppedFile[]): boolean =>
  files.length === 1 && !files[0].path.includes("/") && !IMAGE.test(files[0].path);

/** Whether a file's name has one of these extensions. */
const hasExtension = (name: string, extensions: string[]): boolean =>
  extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));

/** The name of the folder that contains all files, or "images". */
function commonFolder(files: DroppedFile[]): string {
  const topFolders = new Set(files.map(({ path }) => (path.includes("/") ? path.split("/")[0] : "")));
  return topFolders.size === 1 ? [...topFolders][0] || "images" : "images";
}

class FolderDrop {
  /** The class of the file field, the largest number of bytes, and the extensions that it takes. */
  header = {
    v: 1,
    uploader_class: "",
    max_bytes: Infinity,
    extensions: [],
  } as OutgoingMessages["folder_drop"]["header"];
  /** Ends the reading of what was dropped or chosen last. */
  reading = new AbortController();
  status = element("p", { class: "lp-note", role: "status" });
  input = element("input", {
    type: "file",
    webkitdirectory: true,
    class: "lp-hidden",
    tabindex: "-1",
    "aria-hidden": "true",
  });
  root: HTMLDivElement;
  veil: HTMLParagraphElement;
  listeners: AbortController;
  dragTimer: number | undefined;

  constructor(root: HTMLElement) {
    this.input.addEventListener("change", () => {
      const files = [...(this.input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
      this.input.value = ""; // so that the same folder can be chosen again
      void this.handFilesOver(async () => files);
    });
    const chooseButton = button(translate("Choose a folder"), () => this.input.click());
    this.root = element(
      "div",
      { class: "lp fd" },
      chooseButton,
      element("span", {}, translate("or drop a folder, a zip or images anywhere on this page.")),
      this.input,
      this.status,
    );
    root.append(this.root);
    this.veil = element(
      "p",
      { class: "fd-veil", hidden: true },
      translate("Drop a folder, a zip or images anywhere on this page."),
    );
    this.root.append(this.veil);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("dragover", (event) => this.onDragOver(event), { signal });
    // before the file field's own listener
    document.addEventListener("drop", (event) => this.onDrop(event), { capture: true, signal });
    document.addEventListener(
      "change",
      (event) => {
        if (isFileFieldEvent(this.header.uploader_class, event)) this.startReading();
      },
      {
        capture: true,
        signal,
      },
    );
  }

  close() {
    this.reading.abort();
    this.listeners.abort();
    clearTimeout(this.dragTimer);
  }

  /** A file is over the page. */
  onDragOver(event: DragEvent) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.veil.hidden = false;
    clearTimeout(this.dragTimer);
    this.dragTimer = setTimeout(() => (this.veil.hidden = true), DRAG_TIMEOUT);
  }

  update({ header }: OutgoingMessages["folder_drop"]) {
    this.header = header;
  }

  setNote(_: string, sentence: string) {
    setText(this.status, sentence);
  }

  /** Takes what is dropped on the page, except a single file on the file field itself. */
  onDrop(event: DragEvent) {
    this.veil.hidden = true;
    const entries = [...(event.dataTransfer?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
    const isReadableFile =
      entries.length === 1 && entries[0].isFile && hasExtension(entries[0].name, this.header.extensions);
    if (!entries.length) return;
    if (isReadableFile && isFileFieldEvent(this.header.uploader_class, event)) return void this.startReading();
    event.preventDefault();
    event.stopPropagation();
    void this.handFilesOver(async () => (await Promise.all(entries.map((entry) => readEntry(entry)))).flat());
  }

  /**
   * Another file is dropped or chosen: ends the reading of earlier ones.
   * @returns aborted at the next turn
   */
  startReading(): AbortSignal {
    this.reading.abort();
    this.reading = new AbortController();
    this.setNote("", "");
    return this.reading.signal;
  }

  /** Hands the files over, unless others are dropped or chosen before they are read. */
  async handFilesOver(readFiles: () => Promise<DroppedFile[]>) {
    const signal = this.startReading();
    const showStatus = (sentence: string) => signal.aborted || this.setNote("", sentence);
    showStatus(translate("Reading …"));
    try {
      const file = await this.packFiles(visibleFiles(await readFiles()), signal, showStatus);
      if (typeof file === "string") showStatus(file);
      else if (!signal.aborted)
        // which is a turn, too
        this.setNote(
          "",
          fillFileField(this.header.uploader_class, file)
            ? ""
            : translate("The page was not ready; drop the files again."),
        );
    } catch {
      showStatus(translate("The files could not be read; check that they are still there, and drop them again."));
    }
  }

  /**
   * The files as one, or a sentence why they cannot be used.
   * @param signal ends it
   * @param showProgress called with the progress
   */
  async packFiles(
    files: DroppedFile[],
    signal: AbortSignal,
    showProgress: (sentence: string) => void,
  ): Promise<File | string> {
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    const count = files.length.toLocaleString("en");
    if (!files.length) return translate("No file was found there.");
    if (isSingleFile(files) && !hasExtension(files[0].path, this.header.extensions)) {
      const forms = this.header.extensions.join(", ");
      return translate("{path} cannot be used: drop a folder of images, images, or a file that ends in {forms}.", {
        path: files[0].path,
        forms,
      });
    }
    if (files.length > MAX_FILES || bytes > this.header.max_bytes) {
      const megabytes = Math.round(bytes / 1e6).toLocaleString("en");
      const mostMegabytes = Math.round(this.header.max_bytes / 1e6);
      return translate(
        "{count} files with {megabytes} MB are too much to send (at most {mostMegabytes} MB); on this machine, give the folder’s path under “Data of your own”.",
        { count, megabytes, mostMegabytes },
      );
    }
    if (isSingleFile(files)) return files[0].file;
    const zip = await makeZip(files, signal, (fileCount) =>
      showProgress(translate("Reading {done} of {count} files …", { done: fileCount.toLocaleString("en"), count })),
    );
    return new File([zip], `${commonFolder(files)}.zip`, { type: "application/zip" });
  }
}

export default createMount(FolderDrop);
