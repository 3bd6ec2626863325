/**
 * The version of `host/host.ts`, where each export is documented, for a page without a server: files and answers are
 * embedded in the document, and the settings are in the address after the #.
 */

import { translate } from "../base/translate.ts";
import { readFile } from "./files.ts";
import { isReopened } from "../host/reopened.ts";
import type { Component } from "../host/host.ts";

export const fetchBytes = (url: string, subject: string): Promise<ArrayBuffer> => readFile(url, subject);

export const postRequest = (
  url: string,
  _body: BodyInit,
  _timeout: number,
  _signal?: AbortSignal,
): Promise<ArrayBuffer> => fetchBytes(url, translate("The answer"));

export const address = {
  href: () => window.location.href,
  open: (url: string) => window.location.assign(url),
  path: () => window.location.pathname,
  search: () => window.location.hash.slice(1),
  isReopened,
  put: (url: URL) => history.replaceState(history.state, "", url),
};

export const sendToPython = ({ setStateValue }: Component, key: string, value: object) => setStateValue(key, value);

export const PAGE_LINK_SELECTOR = "a[data-page]";

export const isScriptRunning = (): boolean => false;

export const componentRoots = (): (Document | ShadowRoot)[] => [
  document,
  ...[...document.querySelectorAll("[data-part]")].flatMap((part) => part.shadowRoot ?? []),
];

export const pageContent = (): HTMLElement => document.documentElement;

/** Scrolls the page to its top. */
export const scrollToTop = () => window.scrollTo(0, 0);

export const scrollOffset = (): number => window.scrollY;

export const isFileFieldEvent = (_field: string, _event: Event): boolean => false;

export const fillFileField = (_name: string, _file: File): boolean => false;
