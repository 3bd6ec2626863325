/**
 * What the page uses of everything outside it: fetched bytes, requests, messages to Python, the address, and
 * Streamlit's own elements around the components. This version is for Streamlit's server; a page without a server uses
 * `handout/host.ts` instead. `server.ts` lists the requests and which of them can be made. `tests/test_imports.py`
 * checks that only the folders `host`, `handout` and `site` reach outside.
 */

import { translate } from "../base/translate.ts";
import { takeEarlyFile } from "./early_files.ts";
import { noteFile } from "./quiet_line.ts";
import { isReopened } from "./reopened.ts";
import type { IncomingMessages } from "../messages.ts";
import type { Message } from "../base/wire.ts";

const NO_ANSWER = translate("The server did not answer; it may have stopped or be busy.");

/**
 * The bytes at a URL that Python sent.
 * @param url the URL
 * @param subject the subject of the sentence when it fails
 * @returns rejected with one sentence
 */
export function fetchBytes(url: string, subject: string): Promise<ArrayBuffer> {
  const earlyFile = takeEarlyFile(url);
  const pendingFile = earlyFile ? earlyFile.then((bytes) => bytes ?? fetchFile(url, subject)) : fetchFile(url, subject);
  noteFile(pendingFile);
  return pendingFile;
}

async function fetchFile(url: string, subject: string): Promise<ArrayBuffer> {
  let response;
  try {
    response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
  } catch {
    throw new Error(translate("{subject} could not be fetched; the server did not answer.", { subject }));
  }
  throw new Error(
    translate("{subject} could not be fetched (status {status}); reload the page.", {
      subject,
      status: response.status,
    }),
  );
}

/**
 * The answer to a request as bytes.
 * @param url the URL, which Python sent
 * @param timeout timeout in milliseconds
 * @param signal aborts the request
 * @returns rejected with one sentence
 */
export async function postRequest(
  url: string,
  body: BodyInit,
  timeout: number,
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  const timeoutSignal = AbortSignal.timeout(timeout);
  let response;
  let content;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      signal: signal ? AbortSignal.any([signal, timeoutSignal]) : timeoutSignal,
    });
    content = await response.arrayBuffer();
  } catch {
    throw new Error(NO_ANSWER);
  }
  if (response.ok) return content;
  const sentence = new TextDecoder().decode(content);
  throw new Error(
    /^[^<]{3,400}[.。]$/.test(sentence) // also a Chinese one
      ? sentence
      : translate("The server could not answer ({status}).", { status: response.status }),
  );
}

/** Where the page is. */
export const address = {
  href: () => window.location.href,
  /** Loads another address in place of the page. */
  open: (url: string) => window.location.assign(url),
  path: () => window.location.pathname,
  /** The settings in it. */
  search: () => window.location.search,
  /** Whether this document was loaded again, or the user came back to it in the browser's history. */
  isReopened,
  /** Replaces the address without reloading. */
  put: (url: URL) => history.replaceState(history.state, "", url),
};

export type SendMessage = <K extends keyof IncomingMessages>(kind: K, message: IncomingMessages[K]) => void;

/** Streamlit passes on only a changed value; this growing number makes a repeated value a changed one. */
let messageCount = 0;

/** What Streamlit mounts a component with; data: a message as bytes, or as `unpackMessage` returns it. */
export type Component = {
  data: Uint8Array | Message;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue: (key: string, value: object) => void;
};

/** Sends a component's message to Python, with its number, by which Python delivers it once. */
export const sendToPython = ({ setStateValue }: Component, key: string, value: object) =>
  setStateValue(key, { ...value, message_number: ++messageCount });

// Streamlit's elements around the components --------------------------------------------------------------------------

/** Links to other pages of the app. */
export const PAGE_LINK_SELECTOR = ["stTopNavLink", "stTopNavDropdownLink", "stSidebarNavLink", "stPageLink-NavLink"]
  .map((id) => `[data-testid=${id}]`)
  .join();

/** Whether Python is running the page's script, and so may still change the address. */
export const isScriptRunning = (): boolean =>
  document.querySelector?.("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "running";

/** The document and the roots of all components. */
export const componentRoots = (): (Document | ShadowRoot)[] => [
  document,
  ...[...document.querySelectorAll('[data-testid^="stBidi"]')].flatMap((host) => host.shadowRoot ?? []),
];

/**
 * What the page draws, whose height changes when a part of it appears or goes; the document where there is no such
 * element.
 */
export const pageContent = (): Element =>
  document.querySelector("[data-testid=stMainBlockContainer]") ?? document.documentElement;

/** Scrolls the page to its top. */
export const scrollToTop = () => document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);

/** How far the page is scrolled, in CSS pixels. */
export const scrollOffset = (): number => document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0;

/** Whether an event happened on Streamlit's file field, which has the class `uploaderClass`. */
export const isFileFieldEvent = (uploaderClass: string, event: Event): boolean =>
  event.composedPath().some((node) => node instanceof Element && node.classList.contains(uploaderClass));

/**
 * Gives the file field of class `uploaderClass` a file as if the user had chosen it.
 * @returns whether the field exists
 */
export function fillFileField(uploaderClass: string, file: File): boolean {
  const field = document.querySelector(`.${uploaderClass} input[type=file]`) as HTMLInputElement | null;
  if (!field) return false;
  const transfer = new DataTransfer();
  transfer.items.add(file);
  field.files = transfer.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
