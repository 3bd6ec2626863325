/**
 * The settings in the address of a page without a server, after the #; in the app, `app/session` and
 * `app/ui/plane_settings` do this. A setting is a text under a name. Invalid ones are ignored, and a sentence names
 * them.
 */

import { queryText } from "../bar/address_text.js";
import { GROUP_NAMES } from "../choice/code_groups.js";
import { MAX_CORNERS } from "../choice/outline.js";
import { translate } from "../base/translate.js";
import { address } from "../host/host.js";
import { COUNT_RANGE, PATH_KINDS, MAX_WAYPOINTS } from "../paths/path_route.js";
import { MAX_TEXT_LENGTH } from "../plane/url_state.js";
import { LAYERS } from "../view/layers.js";

/** @typedef {{index: number, side: number}} Picked a selected image, and the plane on which it was selected */
/** @typedef {(text: string) => unknown} ReadSetting the value of a text; null if it is invalid */
/** @typedef {import("../../messages.js").OutgoingMessages["latent_canvas"]["header"]} Header */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MAX_NUMBER = 1e6;
const MAX_CLASS_NUMBER = 1e6;
const MAX_NAMED = 6; // the most invalid settings that are named
const MAX_UNREAD = 100; // the most settings without a reader that are kept
const TOOLS = ["inspect", "draw", "path", "directions"];

/** @param {string} text @returns {number[] | null} */
export function parseNumbers(text) {
  const parts = text.split(",");
  const values = parts.map(Number);
  return parts.every((part) => NUMBER.test(part)) && values.every((value) => Math.abs(value) < MAX_NUMBER)
    ? values
    : null;
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {(text: string) => number | null}
 */
export const integerParser = (low, high) => (text) =>
  /^-?\d{1,11}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : null;

/** @param {number} dim @returns {(text: string) => number[] | null} */
function codeParser(dim) {
  return (text) => {
    const z = parseNumbers(text);
    return z?.length === dim ? z : null;
  };
}

/**
 * @template T
 * @param {readonly T[]} allowedValues
 * @param {(text: string) => T} readValue
 * @returns {(text: string) => T[] | null} distinct ones of `allowedValues`
 */
export function subsetParser(allowedValues, readValue) {
  return (text) => {
    const values = text.split(",").filter(Boolean).map(readValue);
    return values.every((value) => allowedValues.includes(value)) && new Set(values).size === values.length
      ? values
      : null;
  };
}

/**
 * @param {number} maxCount
 * @param {number} count
 * @returns {(text: string) => number[] | null} 1 to `maxCount` integers below `count`
 */
export function indicesParser(maxCount, count) {
  return (text) => {
    const values = text
      .split(",")
      .filter((part) => part.trim())
      .map((part) => integerParser(0, count - 1)(part.trim()));
    return values.length >= 1 && values.length <= maxCount && !values.includes(null)
      ? /** @type {number[]} */ (values)
      : null;
  };
}

/**
 * A blend of two contents, "a~b~t".
 * @param {number} count of contents
 * @returns {(text: string) => {a: number, b: number, t: number} | null}
 */
export function blendParser(count) {
  return (/** @type {string} */ text) => {
    const parts = text.split("~");
    const [a, b] = parts.map(integerParser(0, count - 1));
    const [t] = parseNumbers(parts[2] ?? "") ?? [NaN];
    return parts.length === 3 && a !== null && b !== null && t >= 0 && t <= 1 ? { a, b, t } : null;
  };
}

/** A position on a time axis. @param {number} end of the axis @returns {(text: string) => number | null} */
export const momentParser = (end) => (/** @type {string} */ text) =>
  /^\d{1,15}(\.\d{1,6})?$/.test(text) && Number(text) <= end + 1e-6 ? Number(text) : null;

/** @param {readonly string[]} allowedTexts @returns {ReadSetting} */
export const choiceParser = (allowedTexts) => (text) => (allowedTexts.includes(text) ? text : null);

/** @param {string} text @returns {{x0: number, x1: number, y0: number, y1: number} | null} */
function parseWindow(text) {
  const ends = parseNumbers(text);
  if (ends?.length !== 4 || !(ends[0] < ends[1] && ends[2] < ends[3])) return null;
  const [x0, x1, y0, y1] = ends;
  return { x0, x1, y0, y1 };
}

/** @param {string} text @returns {number[] | null} */
function parseLasso(text) {
  const ends = parseNumbers(text.replace(/~$/, "")) ?? [];
  return ends.length % 2 || ends.length < 6 || ends.length > 2 * MAX_CORNERS ? null : ends;
}

/**
 * @param {string} text
 * @param {number} dim
 * @returns {string | null}
 */
function parsePath(text, dim) {
  const [kind, count = "", ...rest] = text.split("~");
  const places = rest.join("~").split(";");
  const isValidHead =
    Object.hasOwn(PATH_KINDS, kind) &&
    integerParser(COUNT_RANGE[0], COUNT_RANGE[1])(count) !== null &&
    places.length <= MAX_WAYPOINTS;
  return isValidHead && places.every((place) => codeParser(dim)(place)) ? text : null;
}

/**
 * An end may be the number of a class that there is not, since groups A and B outlive another choice of the colour.
 * @param {string} text
 * @param {number} dim
 * @returns {string | null}
 */
function parseDirections(text, dim) {
  const parts = text.split("~");
  const isEnd = (/** @type {string} */ end) =>
    ["", ...GROUP_NAMES].includes(end) || integerParser(0, MAX_CLASS_NUMBER)(end) !== null;
  const hasValidEnds = parts.length === 2 + GROUP_NAMES.length && parts.slice(0, 2).every(isEnd);
  const isGroup = (/** @type {string} */ group) => {
    const [count, mean = ""] = group.split(":");
    return !group || (integerParser(1, 1e9)(count) !== null && codeParser(dim)(mean) !== null);
  };
  return hasValidEnds && parts.slice(2).every(isGroup) ? text : null;
}

/** Readers of a plane's settings, by kind. @type {Object<string, (header: Header, count: number) => ReadSetting>} */
export const SETTING_PARSERS = {
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
  /** @type {Map<string, ReadSetting>} */
  readers = new Map();
  /** @type {Map<string, string>} */
  texts = new Map();
  /**
   * Whether names without a reader are kept, without a value, because the file that tells how to read them is missing.
   */
  keepsUnread = false;

  /**
   * @param {string} name
   * @param {ReadSetting} readText
   */
  register(name, readText) {
    this.readers.set(name, readText);
  }

  /**
   * Reads the address, in time proportional to its length: anybody may have written it.
   * @returns {string} a sentence about invalid settings, or ""
   */
  readAddress() {
    const entries = [...new URLSearchParams(address.search())];
    const counts = new Map();
    for (const [name] of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
    const invalidNames = new Set();
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
   * @param {string} name
   * @param {string} text
   * @returns {boolean}
   */
  isValid(name, text) {
    const readText = this.readers.get(name);
    if (!readText) return this.keepsUnread && this.texts.size < MAX_UNREAD;
    const value = readText(text);
    return value !== null && value !== undefined;
  }

  /**
   * The value of a setting, null if it is not set.
   * @template T of the type that its reader returns, which the caller knows
   * @param {string} name
   * @returns {T | null}
   */
  get(name) {
    const text = this.texts.get(name);
    if (text === undefined) return null;
    return /** @type {T | null} */ (this.readers.get(name)?.(text) ?? null);
  }

  /** Changes settings (null removes one) and the address. @param {Object<string, string | null>} texts */
  setTexts(texts) {
    for (const [name, text] of Object.entries(texts)) {
      if (text !== null) this.texts.set(name, text);
      else this.texts.delete(name);
    }
    address.put(new URL(this.href()));
  }

  /** The address with these settings. @param {Map<string, string>} [texts] @returns {string} */
  href(texts = this.texts) {
    const text = queryText(new URLSearchParams([...texts].sort()));
    return address.href().split("#")[0] + (text ? `#${text}` : "#");
  }
}
