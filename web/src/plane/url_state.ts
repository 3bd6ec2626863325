/**
 * The settings of a plane in a link. Python stores them there as text under its own names (header.names). A copied link
 * is completed with what the plane shows at that moment, because many changes are sent to Python only after a gesture
 * has ended.
 */

import { EchoFilter } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { formatSignificant } from "../base/number_format.ts";
import type { Plane } from "./plane.ts";
import type { UrlSetting } from "../base/planes.ts";
import type { UrlQuery } from "../base/event_types.ts";

const SEND_DELAY = 900; // milliseconds after the last change before it is sent; longer than the other delays of a plane
export const MAX_TEXT_LENGTH = 4000; // characters of a text; servers and messengers cut longer links
export const PLACE_DIGITS = 10; // digits of a place, enough to paint the same pixels
export const CODE_DIGITS = 9; // digits of z, enough to restore a 32-bit float

export class UrlState {
  plane: Plane;
  /** The settings by name, each with the texts sent to Python and the timer of a change (0: none runs). */
  entries: Map<string, { setting: UrlSetting; sent: EchoFilter<string>; timer: number }> = new Map();
  /** Whether the code was selected on this plane, and not on a plane that this one follows. */
  pickedHere = false;

  constructor(plane: Plane) {
    this.plane = plane;
    const { events } = plane;
    pageEvents.on("link", ({ query }) => this.writeLink(query), events);
    events.on("data", ({ isOtherRevision }) => this.restoreSettings(isOtherRevision));
    events.on("pick", ({ source }) => (this.pickedHere = source === "person"));
    events.on("tool", () => this.scheduleSend("open"));
    events.on("changed", ({ setting }) => this.scheduleSend(setting));
    events.on("rest", () => this.sendPending());
    events.on("close", () => {
      for (const { timer } of this.entries.values()) window.clearTimeout(timer);
      this.entries.clear(); // losing the focus, which follows, then sends nothing
    });
    for (const [name, setting] of Object.entries(urlSettingsOf(plane))) this.addSetting(name, setting);
  }

  addSetting(name: string, setting: UrlSetting) {
    this.entries.set(name, { setting, sent: new EchoFilter(), timer: 0 });
  }

  /**
   * Restores the settings that Python sent, unless they are echoes.
   * @param isOtherRevision whether the message is about another revision than before
   */
  restoreSettings(isOtherRevision: boolean) {
    const { setting_texts: values, names } = this.plane.header;
    if (!values || !names) return;
    for (const [name, { setting, sent }] of this.entries) {
      const text = values[name] ?? "";
      const isNewText = sent.isNewValue(text);
      if (names[name] && (isNewText || isOtherRevision) && setting.toText() !== text) setting.restore(text);
    }
  }

  /** The user has changed a setting, and may go on. */
  scheduleSend(name: string) {
    const { report, names } = this.plane.header;
    const entry = this.entries.get(name);
    if (!entry || !report?.includes(name) || !names?.[name]) return;
    window.clearTimeout(entry.timer);
    entry.timer = window.setTimeout(() => this.sendSetting(name), SEND_DELAY);
  }

  /** Sends all delayed changes at once. */
  sendPending() {
    for (const [name, { timer }] of this.entries) if (timer) this.sendSetting(name);
  }

  sendSetting(name: string) {
    const entry = this.entries.get(name);
    if (!entry) return;
    window.clearTimeout(entry.timer);
    entry.timer = 0;
    const text = this.textOf(name);
    if ((entry.sent.latest ?? "") === text) return;
    entry.sent.noteSent(text);
    this.plane.sendMessage(name as "hidden", { text });
  }

  textOf(name: string): string {
    const text = this.entries.get(name)?.setting.toText() ?? "";
    return text.length > MAX_TEXT_LENGTH ? "" : text;
  }

  /** Writes the present state of the plane into a link. */
  writeLink(query: UrlQuery) {
    const { plane } = this;
    const { header, view } = plane;
    const { names } = header;
    if (!plane.ready || !names) return;
    const writeSetting = (kind: string, text: string) => {
      if (!names[kind]) return;
      if (text) query.set(names[kind], text);
      else query.delete(names[kind]);
    };
    if (!header.link || plane.picked < 0 || this.pickedHere)
      writeSetting("z", Array.from(plane.z, (value) => formatSignificant(value, CODE_DIGITS)).join());
    if (plane.picked !== (header.picked ?? -1)) writeSetting("picked", pickedText(plane));
    const ids = Object.keys(header.layers);
    const visibleLayers = ids.filter((id) => plane.settings.layers[id]);
    if (ids.some((id) => visibleLayers.includes(id) !== header.layers[id]))
      query.set(names.layers, visibleLayers.join());
    const { x0, x1, y0, y1 } = view.visibleSquare;
    writeSetting(
      "view",
      view.isAtHome ? "" : [x0, x1, y0, y1].map((value) => formatSignificant(value, PLACE_DIGITS)).join(),
    );
    for (const name of this.entries.keys()) writeSetting(name, this.textOf(name));
    plane.events.emit("link", { writeSetting });
  }
}

/** The selected code in a link, with its side if planes are linked; "" for none. */
function pickedText({ picked, header }: Plane): string {
  if (picked < 0) return "";
  return header.link ? `${picked}~${header.link.side}` : String(picked);
}

/** The settings of every plane; tools add their own. */
const urlSettingsOf = (plane: Plane): Record<string, UrlSetting> => ({
  /** The numbers of the hidden classes; −1 stands for codes without a class. */
  hidden: {
    toText: () => [...plane.settings.hidden].sort((a, b) => a - b).join(),
    restore: (text) => {
      plane.hideClasses(text ? text.split(",").map(Number) : []);
    },
  },
  lasso: lassoSetting(plane),
  /** The open sections. */
  open: {
    toText: () => [...plane.tools.sections.keys()].filter((id) => plane.tools.isOpen(id)).join(),
    restore: (text) => {
      const openIds = text.split(",");
      for (const [id, details] of plane.tools.sections) if (!details.hidden) details.open = openIds.includes(id);
    },
  },
  feature: {
    toText: () => (plane.header.features && plane.settings.feature ? String(plane.settings.feature) : ""),
    restore: (text) => plane.showFeatureOnHeatMap(Number(text)),
  },
  more: {
    toText: () => (plane.settings.allSwitches ? "1" : ""),
    restore: (text) => {
      plane.settings.allSwitches = Boolean(text);
      plane.updateSwitches();
    },
  },
});

/**
 * The outline drawn around codes, from which the selection is restored, because the indices of the codes would be too
 * long. A "~" after it: the codes lay there at the training step that is shown. An outline drawn at another step is not
 * stored.
 */
function lassoSetting(plane: Plane): UrlSetting {
  /** The text of an outline that waits until its training step is shown, unless codes are selected before. */
  let pendingText = "";
  const selectOutline = (text: string) => plane.selectInside(text ? text.replace("~", "").split(",").map(Number) : []);
  plane.events.on("moment", () => {
    if (pendingText && plane.pastFrame) selectOutline(pendingText);
  });
  plane.events.on("choose", () => (pendingText = ""));
  return {
    toText: () => {
      const { polygon, step } = plane.outline;
      if (pendingText || !plane.selection.mask || !polygon.length || (step !== null && step !== plane.pastFrame?.step))
        return pendingText;
      return polygon.join() + (step === null ? "" : "~");
    },
    restore: (text) => {
      if (text.endsWith("~") && !plane.pastFrame) pendingText = text;
      else selectOutline(text);
    },
  };
}
