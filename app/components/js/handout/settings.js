/**
 * The settings in the address of a page without a server, after the #; in the app, `app/session` and `app/ui/plane_settings` do
 * this. A setting is a text under a name. Invalid ones are ignored, and a sentence names them.
 */

import { plain } from "../bar/address.js";
import { NAMES } from "../choice/groups.js";
import { CORNERS } from "../choice/outline.js";
import { address } from "../host/host.js";
import { COUNTS, KINDS, MOST } from "../paths/path_route.js";
import { LONGEST } from "../plane/kept.js";
import { LAYERS } from "../view/layers.js";

/** @typedef {(text: string) => unknown} Read the value of a text; null if it is invalid */
/** @typedef {import("../../messages.js").Sent["latent_canvas"]["header"]} Header */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const LARGEST = 1e6;
const NAMED = 6; // the most invalid settings that are named
const UNREAD = 100; // the most settings without a reader that are kept
const TOOLS = ["inspect", "draw", "path", "directions"];

/** @param {string} text @returns {number[] | null} */
export function numbers(text) {
  const parts = text.split(",");
  const found = parts.map(Number);
  return parts.every((part) => NUMBER.test(part)) && found.every((value) => Math.abs(value) < LARGEST) ? found : null;
}

/** @param {number} low @param {number} high @returns {(text: string) => number | null} */
export const integer = (low, high) => (text) => (/^-?\d{1,11}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : null);

/** @param {number} dim @returns {(text: string) => number[] | null} */
export function code(dim) {
  return (text) => {
    const z = numbers(text);
    return z?.length === dim ? z : null;
  };
}

/** @template T @param {readonly T[]} known @param {(text: string) => T} read @returns {(text: string) => T[] | null} distinct ones of `known` */
export function some(known, read) {
  return (text) => {
    const found = text.split(",").filter(Boolean).map(read);
    return found.every((each) => known.includes(each)) && new Set(found).size === found.length ? found : null;
  };
}

/** @param {number} most @param {number} count @returns {(text: string) => number[] | null} 1 to `most` integers below `count` */
export function several(most, count) {
  return (text) => {
    const found = text.split(",").filter((part) => part.trim()).map((part) => integer(0, count - 1)(part.trim()));
    return found.length >= 1 && found.length <= most && !found.includes(null) ? /** @type {number[]} */ (found) : null;
  };
}

/** A blend of two contents, "a~b~t". @param {number} count of contents */
export function blend(count) {
  return (/** @type {string} */ text) => {
    const parts = text.split("~");
    const [a, b] = parts.map(integer(0, count - 1));
    const [t] = numbers(parts[2] ?? "") ?? [NaN];
    return parts.length === 3 && a !== null && b !== null && t >= 0 && t <= 1 ? { a, b, t } : null;
  };
}

/** A position on a time axis. @param {number} end of the axis */
export const moment = (end) => (/** @type {string} */ text) => (/^\d{1,15}(\.\d{1,6})?$/.test(text) && Number(text) <= end + 1e-6 ? Number(text) : null);

/** @param {readonly string[]} known @returns {Read} */
export const one = (known) => (text) => (known.includes(text) ? text : null);

/** @param {string} text */
export function windowOf(text) {
  const ends = numbers(text);
  if (ends?.length !== 4 || !(ends[0] < ends[1] && ends[2] < ends[3])) return null;
  const [x0, x1, y0, y1] = ends;
  return { x0, x1, y0, y1 };
}

/** @param {string} text */
function lasso(text) {
  const ends = numbers(text.replace(/~$/, "")) ?? [];
  return ends.length % 2 || ends.length < 6 || ends.length > 2 * CORNERS ? null : ends;
}

/** @param {string} text @param {number} dim */
function path(text, dim) {
  const [way, count = "", ...rest] = text.split("~");
  const places = rest.join("~").split(";");
  const fits = Object.hasOwn(KINDS, way) && integer(COUNTS[0], COUNTS[1])(count) !== null && places.length <= MOST;
  return fits && places.every((place) => code(dim)(place)) ? text : null;
}

/** @param {string} text @param {number} dim @param {number} classes */
function directions(text, dim, classes) {
  const parts = text.split("~");
  const ends = ["", ...NAMES, ...Array.from({ length: classes }, (_, k) => String(k))];
  const fits = parts.length === 2 + NAMES.length && parts.slice(0, 2).every((end) => ends.includes(end));
  const isGroup = (/** @type {string} */ group) => {
    const [count, mean = ""] = group.split(":");
    return !group || (integer(1, 1e9)(count) !== null && code(dim)(mean) !== null);
  };
  return fits && parts.slice(2).every(isGroup) ? text : null;
}

/** Readers of a plane's settings, by kind. @type {Object<string, (header: Header, count: number) => Read>} */
export const READERS = {
  z: ({ dim }) => code(dim),
  picked: ({ link }, count) => (text) => {
    const [number, side] = text.split("~");
    const index = integer(0, count - 1)(number);
    return index === null || (link ? !/^[01]$/.test(side ?? "") : side !== undefined) ? null : { index, side: Number(side ?? 0) };
  },
  layers: () => some(LAYERS.map(({ id }) => id), String),
  frame: ({ history }) => (history ? integer(0, Math.max(history.now, ...history.steps)) : () => null),
  view: () => windowOf,
  hidden: ({ classes }) => some([-1, ...classes.keys()], (text) => (/^-?\d+$/.test(text) ? Number(text) : NaN)),
  lasso: () => lasso,
  open: () => some(TOOLS, String),
  path: ({ dim }) => (text) => path(text, dim),
  directions: ({ dim, classes }) => (text) => directions(text, dim, classes.length),
  feature: ({ features }) => (features ? integer(0, features.names.length - 1) : () => null),
  trails: () => one(["1"]),
  more: () => one(["1"]),
};

export class Settings {
  /** @type {Map<string, Read>} */
  readers = new Map();
  /** @type {Map<string, string>} */
  texts = new Map();
  /** Whether names without a reader are kept, without a value, because the file that tells how to read them is missing. */
  keepsUnread = false;

  /** @param {string} name @param {Read} read */
  know(name, read) {
    this.readers.set(name, read);
  }

  /** Reads the address, in time proportional to its length: anybody may have written it. @returns {string} a sentence about invalid settings, or "" */
  open() {
    const entries = [...new URLSearchParams(address.search())];
    const counts = new Map();
    for (const [name] of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
    const wrong = new Set();
    for (const [name, text] of entries) {
      const valid = counts.get(name) === 1 && text.length <= LONGEST && this.accepts(name, text);
      if (valid) this.texts.set(name, text);
      else wrong.add(name);
    }
    if (!wrong.size) return "";
    const names = [...wrong].slice(0, NAMED).map((name) => `“${name.slice(0, 20)}”`).join(", ");
    return `The address has settings that this page cannot read, which were ignored: ${names}${wrong.size > NAMED ? ", …" : ""}.`;
  }

  /** Whether a text is valid for a name. Without a reader it is if such names are kept, of which an address has only a few. @param {string} name @param {string} text */
  accepts(name, text) {
    const read = this.readers.get(name);
    if (!read) return this.keepsUnread && this.texts.size < UNREAD;
    const value = read(text);
    return value !== null && value !== undefined;
  }

  /** The value of a setting, null if it is not set. @param {string} name @returns {any} */
  of(name) {
    const text = this.texts.get(name);
    return text === undefined ? null : (this.readers.get(name)?.(text) ?? null);
  }

  /** Changes settings (null removes one) and the address. @param {Object<string, string | null>} texts */
  keep(texts) {
    for (const [name, text] of Object.entries(texts)) {
      if (text !== null) this.texts.set(name, text);
      else this.texts.delete(name);
    }
    address.put(new URL(this.href()));
  }

  /** The address with these settings. @param {Map<string, string>} [texts] */
  href(texts = this.texts) {
    const said = plain(new URLSearchParams([...texts].sort()));
    return address.href().split("#")[0] + (said ? `#${said}` : "#");
  }
}
