/**
 * The zone in which an image file is dropped, pasted or chosen.
 */

import { element } from "../base/dom.js";
import { fileOf } from "./image_file.js";

/**
 * takes: whether a file may be dropped now; pastes: whether one may be pasted; dropped: called before a dropped file is opened.
 * @typedef {{takes: () => boolean, pastes: () => boolean, open: (file: File | null) => void, dropped?: () => void}} Acts
 */

/**
 * @param {HTMLElement} around takes the drops; larger than the zone, since beside it the browser would open the image in place of the app
 * @param {Acts} acts
 */
export function fileZone(around, acts) {
  const chosen = () => {
    acts.open(input.files?.[0] ?? null);
    input.value = ""; // so that the same file can be chosen again
  };
  const input = element("input", { type: "file", accept: "image/*", class: "lp-hidden", onchange: chosen });
  const root = element("label", { class: "lp-drop" }, "Drop an image here, paste one, or ", element("u", {}, "choose a file"), input);

  /** Something is dragged over `around`. @param {DragEvent} event @returns {boolean} whether it is a file, and files are taken now */
  const over = (event) => {
    const taken = Boolean(event.dataTransfer?.types.includes("Files")) && acts.takes();
    if (taken) event.preventDefault();
    root.classList.toggle("lp-over", taken && event.type === "dragover");
    return taken;
  };
  around.addEventListener("dragover", over);
  around.addEventListener("dragleave", over);
  around.addEventListener("drop", (event) => {
    if (!over(event)) return;
    acts.dropped?.();
    acts.open(fileOf(event.dataTransfer));
  });

  /** @param {ClipboardEvent} event */
  const paste = (event) => {
    const file = acts.pastes() && fileOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    acts.open(file);
  };
  document.addEventListener("paste", paste);
  return { input, root, close: () => document.removeEventListener("paste", paste) };
}
