/**
 * The version of `host/host.ts`, where each export is documented, for a widget of a notebook: the files come with the
 * widget, and there is no address, so that a view is kept as long as the widget is displayed.
 */

import { translate } from "../base/translate.ts";
import { MissingFileError } from "../handout/missing_file.ts";
import type { Component } from "../host/host.ts";

/** The files of all widgets of the notebook: a name belongs to one content, whichever widget has it. */
const filesByName = new Map<string, DataView>();

/** Adds the files of a widget. */
export function addFiles(files: Record<string, DataView>) {
  for (const [name, content] of Object.entries(files)) filesByName.set(name, content);
}

export async function fetchBytes(url: string, subject: string): Promise<ArrayBuffer> {
  const content = filesByName.get(url);
  if (!content) throw new MissingFileError(translate("{subject} is not in this widget.", { subject }));
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength).slice().buffer as ArrayBuffer;
}

export const postRequest = (
  url: string,
  _body: BodyInit,
  _timeout: number,
  _signal?: AbortSignal,
): Promise<ArrayBuffer> => fetchBytes(url, translate("The answer"));

export const address = {
  href: () => "",
  open: (_url: string) => {},
  path: () => "",
  search: () => "",
  isReopened: () => false,
  put: (_url: URL) => {},
};

export const sendToPython = ({ setStateValue }: Component, key: string, value: object) => setStateValue(key, value);

export const PAGE_LINK_SELECTOR = "a[data-page]";

export const isScriptRunning = (): boolean => false;

export const componentRoots = (): (Document | ShadowRoot)[] => [document];

export const pageContent = (): HTMLElement => document.documentElement;

export const scrollToTop = () => {};

export const scrollOffset = (): number => 0;

export const isFileFieldEvent = (_field: string, _event: Event): boolean => false;

export const fillFileField = (_name: string, _file: File): boolean => false;
