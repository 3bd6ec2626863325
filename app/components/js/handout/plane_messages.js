/**
 * How a plane's messages change the settings, and how these change the message that it receives next; in the app,
 * `ui/latent_canvas` does this.
 */

import { unpackMessage } from "../base/wire.js";
import { formatSignificant } from "../base/number_format.js";
import { translate } from "../base/translate.js";
import { attachCodes } from "../host/message_receiver.js";
import { fetchBytes } from "../host/host.js";
import { CODE_DIGITS, PLACE_DIGITS } from "../plane/url_state.js";
import { SETTING_PARSERS } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../../messages.js").OutgoingMessages} OutgoingMessages */
/** @typedef {OutgoingMessages["latent_canvas"]["header"]} Header */
/** @typedef {import("../../messages.js").CodeFields} Codes */
/**
 * The types of messages by their names.
 * @typedef {{"The plane": OutgoingMessages["latent_canvas"], "The grid": OutgoingMessages["style_grid"],
 *   "The time axis": OutgoingMessages["time_axis"], "The game": OutgoingMessages["game_board"],
 *   "The board": OutgoingMessages["aggregate_board"]}} MessageTypes
 */

// these have fields of their own in the header, others are in `setting_texts`
const HEADER_SETTINGS = new Set(["z", "picked", "layers", "frame", "view"]);

/** The names of messages as a sentence shows them. @type {Record<keyof MessageTypes, string>} */
const SUBJECTS = {
  "The plane": translate("The plane"),
  "The grid": translate("The grid"),
  "The time axis": translate("The time axis"),
  "The game": translate("The game"),
  "The board": translate("The board"),
};

/**
 * A message from the document's files, with its codes.
 * @template {keyof MessageTypes} W
 * @param {string} url
 * @param {W} subject
 * @returns {Promise<MessageTypes[W]>}
 */
export const openMessage = async (url, subject) =>
  attachCodes(unpackMessage(new Uint8Array(await fetchBytes(url, SUBJECTS[subject]))));

/** @param {ArrayLike<number>} z @returns {string} */
export const codeToText = (z) => Array.from(z, (value) => formatSignificant(Math.fround(value), CODE_DIGITS)).join();

/**
 * The code of an image.
 * @param {Header} header
 * @param {Codes} codes
 * @param {number} index
 * @returns {number[]}
 */
export const codeOfImage = ({ dim }, codes, index) =>
  Array.from(codes.z.values.subarray(index * dim, (index + 1) * dim));

/**
 * The content of an image, null if the decoder takes none or it is unknown.
 * @param {Header} header
 * @param {Codes} codes
 * @param {number} index
 * @returns {number | null}
 */
export function contentOfImage({ contents }, codes, index) {
  const content = (codes.content ?? codes.labels).values[index];
  return contents.length && content >= 0 ? content : null;
}

/**
 * Registers the readers of a plane's settings.
 * @param {Settings} settings
 * @param {Header} header
 * @param {number} codeCount of its codes
 */
export function registerSettingParsers(settings, header, codeCount) {
  for (const [kind, name] of Object.entries(header.names))
    settings.register(name, SETTING_PARSERS[kind](header, codeCount));
}

/**
 * The fields of a plane's header that the settings change.
 * @param {Settings} settings
 * @param {Header} header
 * @returns {Partial<Header>}
 */
export function headerChanges(settings, header) {
  const { names } = header;
  const z = settings.get(names.z);
  const layers = settings.get(names.layers);
  const otherSettings = Object.entries(names).flatMap(([kind, name]) =>
    HEADER_SETTINGS.has(kind) || !settings.texts.has(name)
      ? []
      : [[kind, /** @type {string} */ (settings.texts.get(name))]],
  );
  return {
    code: z ?? header.code,
    layers: layers
      ? Object.fromEntries(Object.keys(header.layers).map((id) => [id, layers.includes(id)]))
      : header.layers,
    setting_texts: Object.fromEntries(otherSettings),
    frame: names.frame ? settings.get(names.frame) : null,
    view: names.view ? settings.get(names.view) : null,
  };
}

/** The settings that a message from a plane changes; null removes a setting.
 * @param {Header} header @param {Codes} codes @param {import("./mounted_component.js").ComponentMessage} message @returns
 *   {Object<string, string | null>} */
export function settingsFromMessage(header, codes, ...[kind, value]) {
  const { names, layers: defaults } = header;
  const name = names[kind];
  if (kind === "code") return { [names.z]: codeToText(value.z), [names.picked]: null };
  if (kind === "picked")
    return value.index < 0
      ? { [name]: null }
      : { [names.z]: codeToText(codeOfImage(header, codes, value.index)), [name]: String(value.index) };
  if (!name) return {};
  if (kind === "frame") return { [name]: value.step === null ? null : String(value.step) };
  if (kind === "view")
    return {
      [name]: value.home
        ? null
        : /** @type {number[]} */ ([value.x0, value.x1, value.y0, value.y1])
            .map((end) => formatSignificant(end, PLACE_DIGITS))
            .join(),
    };
  if (kind !== "layers") return { [name]: /** @type {{text: string}} */ (value).text || null };
  const ids = Object.keys(defaults);
  return { [name]: ids.every((id) => value[id] === defaults[id]) ? null : ids.filter((id) => value[id]).join() };
}
