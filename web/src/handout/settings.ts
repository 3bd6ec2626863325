/**
 * The settings in the address of a page without a server, after the #; in the app, `app/session` and
 * `app/ui/plane_settings` do this. A setting is a text under a name. Invalid ones are ignored, and a sentence names
 * them.
 */

import { queryText } from "../bar/address_text.ts";
import { GROUP_NAMES } from "../choice/code_groups.ts";
import { MAX_CORNERS } from "../choice/outline.ts";
import { translate } from "../base/translate.ts";
import { address } from "../host/host.ts";
import { COUNT_RANGE, PATH_KINDS, MAX_WAYPOINTS } from "../paths/path_route.ts";
import { MAX_TEXT_LENGTH } from "../plane/url_state.ts";
import { LAYERS } from "../view/layers.ts";
import type { OutgoingMessages } from "../messages.ts";

/** A selected image, and the plane on which it was selected. */
type Picked = { index: number; side: number };
/** The value of a text; null if it is invalid. */
export type ReadSetting = (text: string) => unknown;
/** A selected code: its index, and on Compare the plane that it is of. */
export type PickedCode = { index: number; side: number };
type Header = OutgoingMessages["latent_canvas"]["header"];

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MAX_NUMBER = 1e6;
const MAX_CLASS_NUMBER = 1e6;
const MAX_NAMED = 6; // the most invalid settings that are named
const MAX_UNREAD = 100; // the most settings without a reader that are kept
const TOOLS = ["inspect", "draw", "path", "directions"];

export function parseNumbers(text: string): number[] | null {
  const parts = text.split(",");
  const values = parts.map(Number);
  return parts.every((part) => NUMBER.test(part)) && values.every((value) => Math.abs(value) < MAX_NUMBER)
    ? values
    : null;
}

export const integerParser =
  (low: number, high: number): ((text: string) => number | null) =>
  (text) =>
    /^-?\d{1,11}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : null;

function codeParser(dim: number): (text: string) => number[] | null {
  return (text) => {
    const z = parseNumbers(text);
    return z?.length === dim ? z : null;
  };
}

/** @returns distinct ones of `allowedValues` */
export function subsetParser<T>(
  allowedValues: readonly T[],
  readValue: (text: string) => T,
): (text: string) => T[] | null {
  return (text) => {
    const values = text.split(",").filter(Boolean).map(readValue);
    return values.every((value) => allowedValues.includes(value)) && new Set(values).size === values.length
      ? values
      : null;
  };
}

/** @returns 1 to `maxCount` integers below `count` */
export function indicesParser(maxCount: number, count: number): (text: string) => number[] | null {
  return (text) => {
    const values = text
      .split(",")
      .filter((part) => part.trim())
      .map((part) => integerParser(0, count - 1)(part.trim()));
    return values.length >= 1 && values.length <= maxCount && !values.includes(null) ? (values as number[]) : null;
  };
}

/**
 * A blend of two contents, "a~b~t".
 * @param count of contents
 */
export function blendParser(count: number): (text: string) => { a: number; b: number; t: number } | null {
  return (text: string) => {
    const parts = text.split("~");
    const [a, b] = parts.map(integerParser(0, count - 1));
    const [t] = parseNumbers(parts[2] ?? "") ?? [NaN];
    return parts.length === 3 && a !== null && b !== null && t >= 0 && t <= 1 ? { a, b, t } : null;
  };
}

/**
 * A position on a time axis.
 * @param end of the axis
 */
export const momentParser =
  (end: number): ((text: string) => number | null) =>
  (text: string) =>
    /^\d{1,15}(\.\d{1,6})?$/.test(text) && Number(text) <= end + 1e-6 ? Number(text) : null;

export const choiceParser =
  (allowedTexts: readonly string[]): ReadSetting =>
  (text) =>
    allowedTexts.includes(text) ? text : null;

function parseWindow(text: string): { x0: number; x1: number; y0: number; y1: number } | null {
  const ends = parseNumbers(text);
  if (ends?.length !== 4 || !(ends[0] < ends[1] && ends[2] < ends[3])) return null;
  const [x0, x1, y0, y1] = ends;
  return { x0, x1, y0, y1 };
}

function parseLasso(text: string): number[] | null {
  const ends = parseNumbers(text.replace(/~$/, "")) ?? [];
  return ends.length % 2 || ends.length < 6 || ends.length > 2 * MAX_CORNERS ? null : ends;
}

function parsePath(text: string, dim: number): string | null {
  const [kind, count = "", ...rest] = text.split("~");
  const places = rest.join("~").split(";");
  const isValidHead =
    Object.hasOwn(PATH_KINDS, kind) &&
    integerParser(COUNT_RANGE[0], COUNT_RANGE[1])(count) !== null &&
    places.length <= MAX_WAYPOINTS;
  return isValidHead && places.every((place) => codeParser(dim)(place)) ? text : null;
}

/** An end may be the number of a class that there is not, since groups A and B outlive another choice of the colour. */
function parseDirections(text: string, dim: number): string | null {
  const parts = text.split("~");
  const isEnd = (end: string) => ["", ...GROUP_NAMES].includes(end) || integerParser(0, MAX_CLASS_NUMBER)(end) !== null;
  const hasValidEnds = parts.length === 2 + GROUP_NAMES.length && parts.slice(0, 2).every(isEnd);
  const isGroup = (group: string) => {
    const [count, mean = ""] = group.split(":");
    return !group || (integerParser(1, 1e9)(count) !== null && codeParser(dim)(mean) !== null);
  };
  return hasValidEnds && parts.slice(2).every(isGroup) ? text : null;
}

/** Readers of a plane's settings, by kind. */
export const SETTING_PARSERS: Record<string, (header: Header, count: number) => ReadSetting> = {
  z: ({ dim }) => codeParser(dim),
  picked:
    ({ link }, count) =>
    (text) => {
      const [number, side] = text.split("~");
      const index = integerParser(0, count - 1)(number);
      return index === null || (link ? !/^[01]$/.test(side ?? "") : side !== undefined)
        ? null
        : { index, side: Number(side ?? 0) };
    },
  layers: () =>
    subsetParser(
      LAYERS.map(({ id }) => id),
      String,
    ),
  frame: ({ history }) => (history ? integerParser(0, Math.max(history.now, ...history.steps)) : () => null),
  view: () => parseWindow,
  hidden: ({ classes }) => subsetParser([-1, ...classes.keys()], (text) => (/^-?\d+$/.test(text) ? Number(text) : NaN)),
  lasso: () => parseLasso,
  open: () => subsetParser(TOOLS, String),
  path:
    ({ dim }) =>
    (text) =>
      parsePath(text, dim),
  directions:
    ({ dim }) =>
    (text) =>
      parseDirections(text, dim),
  feature: ({ features }) => (features ? integerParser(0, features.names.length - 1) : () => null),
  trails: () => choiceParser(["1"]),
  more: () => choiceParser(["1"]),
};

export class Settings {
  readers: Map<string, ReadSetting> = new Map();
  texts: Map<string, string> = new Map();
  /**
   * Whether names without a reader are kept, without a value, because the file that tells how to read them is missing.
   */
  keepsUnread = false;

  register(name: string, readText: ReadSetting) {
    this.readers.set(name, readText);
  }

  /**
   * Reads the address, in time proportional to its length: anybody may have written it.
   * @returns a sentence about invalid settings, or ""
   */
  readAddress(): string {
    const entries = [...new URLSearchParams(address.search())];
    const counts = new Map<string, number>();
    for (const [name] of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
    const invalidNames = new Set<string>();
    for (const [name, text] of entries) {
      const isValid = counts.get(name) === 1 && text.length <= MAX_TEXT_LENGTH && this.isValid(name, text);
      if (isValid) this.texts.set(name, text);
      else invalidNames.add(name);
    }
    if (!invalidNames.size) return "";
    const names = [...invalidNames]
      .slice(0, MAX_NAMED)
      .map((name) => `“${name.slice(0, 20)}”`)
      .join(", ");
    return translate("The address has settings that this page cannot read, which were ignored: {names}.", {
      names: names + (invalidNames.size > MAX_NAMED ? ", …" : ""),
    });
  }

  /**
   * Whether a text is valid for a name. Without a reader it is if such names are kept, of which an address has only a
   * few.
   */
  isValid(name: string, text: string): boolean {
    const readText = this.readers.get(name);
    if (!readText) return this.keepsUnread && this.texts.size < MAX_UNREAD;
    const value = readText(text);
    return value !== null && value !== undefined;
  }

  /**
   * The value of a setting, null if it is not set.
   * @typeParam T of the type that its reader returns, which the caller knows
   */
  get<T>(name: string): T | null {
    const text = this.texts.get(name);
    if (text === undefined) return null;
    return (this.readers.get(name)?.(text) ?? null) as T | null;
  }

  /** Changes settings (null removes one) and the address. */
  setTexts(texts: Record<string, string | null>) {
    for (const [name, text] of Object.entries(texts)) {
      if (text !== null) this.texts.set(name, text);
      else this.texts.delete(name);
    }
    if (address.href()) address.put(new URL(this.href()));
  }

  /** The address with these settings. */
  href(texts: Map<string, string> = this.texts): string {
    const text = queryText(new URLSearchParams([...texts].sort()));
    return address.href().split("#")[0] + (text ? `#${text}` : "#");
  }
}
