/**
 * The progress in all lessons, which the browser keeps across visits, and how lists of lessons show it; the same in the
 * app and on a site.
 */

import { readStoredRecord, storeRecord } from "../base/browser_storage.ts";
import { setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";

const RECORD = "lessons";
const MAX_PAGE = 99;

/**
 * The progress in a lesson: the page shown last, the pages whose goals were reached, and whether it was completed once.
 */
type Progress = { page: number; reached: number[]; done: boolean };

/** The progress by lesson; what cannot be read is left out. */
export function readProgress(): Map<string, Progress> {
  const record = readStoredRecord(RECORD);
  const progressByLesson: Map<string, Progress> = new Map();
  for (const [slug, progress] of Object.entries(record ?? {})) {
    if (isProgress(progress)) progressByLesson.set(slug, progress);
  }
  return progressByLesson;
}

function isProgress(value: unknown): value is Progress {
  const isPage = (number: unknown) => Number.isInteger(number) && Number(number) >= 1 && Number(number) <= MAX_PAGE;
  const { page, reached, done } = (value ?? {}) as Partial<Progress>;
  return isPage(page) && Array.isArray(reached) && reached.every(isPage) && typeof done === "boolean";
}

/**
 * Notes that a page of a lesson is shown.
 * @param isReached whether the page's goal was reached
 * @param isCompleted whether the lesson was completed
 */
export function noteProgress(slug: string, page: number, isReached: boolean, isCompleted: boolean) {
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

/** The progress with which a lesson is resumed; null if it begins at its first page. */
export function progressToResume(slug: string): Progress | null {
  const progress = readProgress().get(slug);
  return progress && !progress.done && progress.page > 1 ? progress : null;
}

/**
 * Shows the progress in a list of lessons: elements with the attributes `data-lesson`, the lesson, and `data-done`
 * where it is known to be completed.
 */
export function markProgress(host: ParentNode) {
  const progressBySlug = readProgress();
  const cards = [...host.querySelectorAll("[data-lesson]")] as HTMLElement[];
  for (const card of cards) {
    const slug = card.getAttribute("data-lesson") ?? "";
    if (progressBySlug.get(slug)?.done) card.setAttribute("data-done", "");
    const state = card.querySelector(".lesson-state") as HTMLElement | null;
    if (state) setText(state, stateText(card.getAttribute("data-done") !== null, progressToResume(slug)));
  }
  const bar = host.querySelector("progress");
  const doneCount = cards.filter((card) => card.getAttribute("data-done") !== null).length;
  if (bar) {
    bar.value = doneCount;
    bar.hidden = !doneCount;
  }
}

function stateText(isDone: boolean, savedProgress: Progress | null): string {
  if (isDone) return translate("✓ completed");
  return savedProgress ? translate("resume at page {page}", { page: savedProgress.page }) : "";
}
