/**
 * How a plane's messages change the settings, and how these change the message that it receives next; in the app,
 * `ui/latent_canvas` does this.
 */

import { unpack } from "../base/wire.js";
import { digits } from "../base/number_text.js";
import { withCodes } from "../host/arrivals.js";
import { bytes } from "../host/host.js";
import { CODE, PLACE } from "../plane/kept.js";
import { READERS } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../../messages.js").Sent} Sent */
/** @typedef {Sent["latent_canvas"]["header"]} Header */
/** @typedef {import("../../messages.js").CodeFields} Codes */
/** The types of messages by their names. @typedef {{"The plane": Sent["latent_canvas"], "The grid": Sent["style_grid"], "The time axis": Sent["time_axis"], "The game": Sent["game_board"]}} Opened */

const OTHERS = new Set(["z", "picked", "layers", "frame", "view"]); // these have fields of their own in the header, others are in `kept`

/** A message from the document's files, with its codes. @template {keyof Opened} W @param {string} name @param {W} what @returns {Promise<Opened[W]>} */
export const opened = async (name, what) => withCodes(unpack(new Uint8Array(await bytes(name, what))));

/** @param {ArrayLike<number>} z */
export const codeText = (z) => Array.from(z, (value) => digits(Math.fround(value), CODE)).join();

/** The code of an image. @param {Header} header @param {Codes} codes @param {number} index */
export const codeOf = ({ dim }, codes, index) => Array.from(codes.z.values.subarray(index * dim, (index + 1) * dim));

/** The content of an image, null if the decoder takes none or it is unknown. @param {Header} header @param {Codes} codes @param {number} index */
export function contentOf({ contents }, codes, index) {
  const content = (codes.content ?? codes.labels).values[index];
  return contents.length && content >= 0 ? content : null;
}

/** Registers the readers of a plane's settings. @param {Settings} settings @param {Header} header @param {number} count of its codes */
export function learn(settings, header, count) {
  for (const [kind, name] of Object.entries(header.names)) settings.know(name, READERS[kind](header, count));
}

/** The fields of a plane's header that the settings change. @param {Settings} settings @param {Header} header @returns {Partial<Header>} */
export function changesOf(settings, header) {
  const { names } = header;
  const z = settings.of(names.z);
  const layers = settings.of(names.layers);
  const kept = Object.entries(names).flatMap(([kind, name]) => (OTHERS.has(kind) || !settings.texts.has(name) ? [] : [[kind, /** @type {string} */ (settings.texts.get(name))]]));
  return {
    code: z ?? header.code,
    layers: layers ? Object.fromEntries(Object.keys(header.layers).map((id) => [id, layers.includes(id)])) : header.layers,
    kept: Object.fromEntries(kept),
    frame: names.frame ? settings.of(names.frame) : null,
    view: names.view ? settings.of(names.view) : null,
  };
}

/** The settings that a message from a plane changes; null removes a setting.
 * @param {Header} header @param {Codes} codes @param {import("./stage.js").Telling} told @returns {Object<string, string | null>} */
export function heard(header, codes, ...[kind, value]) {
  const { names, layers: usual } = header;
  const name = names[kind];
  if (kind === "code") return { [names.z]: codeText(value.z), [names.picked]: null };
  if (kind === "picked") return value.index < 0 ? { [name]: null } : { [names.z]: codeText(codeOf(header, codes, value.index)), [name]: String(value.index) };
  if (!name) return {};
  if (kind === "frame") return { [name]: value.step === null ? null : String(value.step) };
  if (kind === "view") return { [name]: value.home ? null : /** @type {number[]} */ ([value.x0, value.x1, value.y0, value.y1]).map((end) => digits(end, PLACE)).join() };
  if (kind !== "layers") return { [name]: /** @type {{text: string}} */ (value).text || null };
  const ids = Object.keys(usual);
  return { [name]: ids.every((id) => value[id] === usual[id]) ? null : ids.filter((id) => value[id]).join() };
}
