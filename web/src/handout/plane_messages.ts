/**
 * How a plane's messages change the settings, and how these change the message that it receives next; in the app,
 * `ui/latent_canvas` does this.
 */

import { unpackMessage } from "../base/wire.ts";
import { formatSignificant } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import { attachCodes } from "../host/message_receiver.ts";
import { fetchBytes } from "../host/host.ts";
import { CODE_DIGITS, PLACE_DIGITS } from "../plane/url_state.ts";
import { SETTING_PARSERS } from "./settings.ts";
import type { Settings } from "./settings.ts";
import type { OutgoingMessages, CodeFields as Codes } from "../messages.ts";
import type { ComponentMessage } from "./mounted_component.ts";

export type Header = OutgoingMessages["latent_canvas"]["header"];
/** The types of messages by their names. */
export type MessageTypes = {
  "The plane": OutgoingMessages["latent_canvas"];
  "The grid": OutgoingMessages["style_grid"];
  "The time axis": OutgoingMessages["time_axis"];
  "The game": OutgoingMessages["game_board"];
  "The board": OutgoingMessages["aggregate_board"];
};

// these have fields of their own in the header, others are in `setting_texts`
const HEADER_SETTINGS = new Set(["z", "picked", "layers", "frame", "view"]);

/** The names of messages as a sentence shows them. */
const SUBJECTS: Record<keyof MessageTypes, string> = {
  "The plane": translate("The plane"),
  "The grid": translate("The grid"),
  "The time axis": translate("The time axis"),
  "The game": translate("The game"),
  "The board": translate("The board"),
};

/** A message from the document's files, with its codes. */
export const openMessage = async <W extends keyof MessageTypes>(url: string, subject: W): Promise<MessageTypes[W]> =>
  attachCodes(unpackMessage(new Uint8Array(await fetchBytes(url, SUBJECTS[subject]))));

export const codeToText = (z: ArrayLike<number>): string =>
  Array.from(z, (value) => formatSignificant(Math.fround(value), CODE_DIGITS)).join();

/** The code of an image. */
export const codeOfImage = ({ dim }: Header, codes: Codes, index: number): number[] =>
  Array.from(codes.z.values.subarray(index * dim, (index + 1) * dim));

/** The content of an image, null if the decoder takes none or it is unknown. */
export function contentOfImage({ contents }: Header, codes: Codes, index: number): number | null {
  const content = (codes.content ?? codes.labels).values[index];
  return contents.length && content >= 0 ? content : null;
}

/**
 * Registers the readers of a plane's settings.
 * @param codeCount of its codes
 */
export function registerSettingParsers(settings: Settings, header: Header, codeCount: number) {
  for (const [kind, name] of Object.entries(header.names))
    settings.register(name, SETTING_PARSERS[kind](header, codeCount));
}

/** The fields of a plane's header that the settings change. */
export function headerChanges(settings: Settings, header: Header): Partial<Header> {
  const { names } = header;
  const z = settings.get<number[]>(names.z);
  const layers = settings.get<string[]>(names.layers);
  const otherSettings = Object.entries(names).flatMap(([kind, name]) =>
    HEADER_SETTINGS.has(kind) || !settings.texts.has(name) ? [] : [[kind, settings.texts.get(name) as string]],
  );
  return {
    code: z ?? header.code,
    layers: layers
      ? Object.fromEntries(Object.keys(header.layers).map((id) => [id, layers.includes(id)]))
      : header.layers,
    setting_texts: Object.fromEntries(otherSettings),
    frame: names.frame ? settings.get<number>(names.frame) : null,
    view: names.view ? settings.get<Header["view"]>(names.view) : null,
  };
}

/** The settings that a message from a plane changes; null removes a setting. */
export function settingsFromMessage(
  header: Header,
  codes: Codes,
  ...[kind, value]: ComponentMessage
): Record<string, string | null> {
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
        : ([value.x0, value.x1, value.y0, value.y1] as number[])
            .map((end) => formatSignificant(end, PLACE_DIGITS))
            .join(),
    };
  if (kind !== "layers") return { [name]: (value as { text: string }).text || null };
  const ids = Object.keys(defaults);
  return { [name]: ids.every((id) => value[id] === defaults[id]) ? null : ids.filter((id) => value[id]).join() };
}
