/**
 * The progress in all lessons, which the browser keeps across visits, and how lists of lessons show it; the same in the
 * app and on a site.
 */

import { readStoredRecord, storeRecord } from "../base/browser_storage.js";
import { setText } from "../base/dom.js";
import { translate } from "../base/translate.js";

const RECORD = "lessons";
const MAX_PAGE = 99;

/**
 * The progress in a lesson: the page shown last, the pages whose goals were reached, and whether it was completed once.
 * @typedef {{page: number, reached: number[], done: boolean}} Progress
 */

/** The progress by lesson; what cannot be read is left out. @returns {Map<string, Progress>} */
export function readProgress() {
  const record = readStoredRecord(RECORD);
  /** @type {Map<string, Progress>} */
  const progressByLesson = new Map();
  for (const [slug, progress] of Object.entries(record ?? {})) {
    if (isProgress(progress)) progressByLesson.set(slug, progress);
  }
  return progressByLesson;
}

/** @param {unknown} value @returns {value is Progress} */
function isProgress(value) {
  const isPage = (/** @type {unknown} */ number) =>
    Number.isInteger(number) && Number(number) >= 1 && Number(number) <= MAX_PAGE;
  const { page, reached, done } = /** @type {Partial<Progress>} */ (value ?? {});
  return isPage(page) && Array.isArray(reached) && reached.every(isPage) && typeof done === "boolean";
}

/**
 * Notes that a page of a lesson is shown.
 * @param {string} slug
 * @param {number} page
 * @param {boolean} isReached whether the page's goal was reached
 * @param {boolean} isCompleted whether the lesson was completed
 */
export function noteProgress(slug, page, isReached, isCompleted) {
  const progressBySlug = readProgress();
  const earlierProgress = progressBySlug.get(slug);
  const reachedPages = new Set(page === 1 && !isReached ? [] : earlierProgress?.reached);
  if (isReached) reachedPages.add(page);
  progressBySlug.set(slug, {
    page,
    reached: [...reachedPages].sort((a, b) => a - b),
    done: isCompleted || Boolean(earlierProgress?.done),
  });
  storeRecord(RECORD, Object.fromEntries(progressBySlug));
}

/**
 * The progress with which a lesson is resumed; null if it begins at its first page.
 * @param {string} slug
 * @returns {Progress | null}
 */
export function progressToResume(slug) {
  const progress = readProgress().get(slug);
  return progress && !progress.done && progress.page > 1 ? progress : null;
}

/**
 * Shows the progress in a list of lessons: elements with the attributes `data-lesson`, the lesson, and `data-done`
 * where it is known to be completed.
 * @param {ParentNode} host
 */
export function markProgress(host) {
  const progressBySlug = readProgress();
  const cards = /** @type {HTMLElement[]} */ ([...host.querySelectorAll("[data-lesson]")]);
  for (const card of cards) {
    const slug = card.getAttribute("data-lesson") ?? "";
    if (progressBySlug.get(slug)?.done) card.setAttribute("data-done", "");
    const state = /** @type {HTMLElement | null} */ (card.querySelector(".lesson-state"));
    if (state) setText(state, stateText(card.getAttribute("data-done") !== null, progressToResume(slug)));
  }
  const bar = host.querySelector("progress");
  const doneCount = cards.filter((card) => card.getAttribute("data-done") !== null).length;
  if (bar) {
    bar.value = doneCount;
    bar.hidden = !doneCount;
  }
}

/**
 * @param {boolean} isDone
 * @param {Progress | null} savedProgress
 * @returns {string}
 */
function stateText(isDone, savedProgress) {
  if (isDone) return translate("✓ completed");
  return savedProgress ? translate("resume at page {page}", { page: savedProgress.page }) : "";
}
