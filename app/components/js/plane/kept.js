/**
 * The settings of a plane in a link. Python stores them there as text under its own names (header.names). A copied link is
 * completed with what the plane shows at that moment, because many changes are sent to Python only after a gesture has ended.
 */

import { Echo } from "../base/echo.js";
import { page } from "../base/events.js";
import { digits } from "../base/number_text.js";

/** @typedef {import("./plane.js").Plane} Plane */
/** @typedef {{text: () => string, show: (text: string) => void}} Kind a setting: its value as text, "" for the default, and the function that restores it */
/** @typedef {{set: (name: string, text: string) => void, delete: (name: string) => void}} Query of a link */

const REST = 900; // milliseconds after the last change before it is sent; longer than the other delays of a plane
export const LONGEST = 4000; // characters of a text; servers and messengers cut longer links
export const PLACE = 10; // digits of a place, enough to paint the same pixels
export const CODE = 9; // digits of z, enough to restore a 32-bit float

export class Kept {
  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    /** The settings by name, each with the texts sent to Python and the timer of a change (0: none runs). @type {Map<string, {kind: Kind, said: Echo<string>, timer: number}>} */
    this.rows = new Map();
    /** Whether the code was selected on this plane, and not on a plane that this one follows. */
    this.mine = false;
    const { events } = plane;
    page.on("link", ({ query }) => this.write(query), events);
    events.on("data", ({ other }) => this.meet(other));
    events.on("pick", ({ by }) => (this.mine = by === "person"));
    events.on("tool", () => this.changed("open"));
    events.on("changed", ({ what }) => this.changed(what));
    events.on("rest", () => this.tellPending());
    events.on("close", () => {
      for (const { timer } of this.rows.values()) window.clearTimeout(timer);
      this.rows.clear(); // losing the focus, which follows, then sends nothing
    });
    for (const [name, kind] of Object.entries(kindsOf(plane))) this.add(name, kind);
  }

  /** @param {string} name @param {Kind} kind */
  add(name, kind) {
    this.rows.set(name, { kind, said: new Echo(), timer: 0 });
  }

  /** Restores the settings that Python sent, unless they are echoes. @param {boolean} other whether the message is about another revision than before */
  meet(other) {
    const { kept, names } = this.plane.header;
    if (!kept || !names) return;
    for (const [name, { kind, said }] of this.rows) {
      const text = kept[name] ?? "";
      const news = said.isNews(text);
      if (names[name] && (news || other) && kind.text() !== text) kind.show(text);
    }
  }

  /** The user has changed a setting, and may go on. @param {string} name */
  changed(name) {
    const { report, names } = this.plane.header;
    const row = this.rows.get(name);
    if (!row || !report?.includes(name) || !names?.[name]) return;
    window.clearTimeout(row.timer);
    row.timer = window.setTimeout(() => this.tell(name), REST);
  }

  /** Sends all delayed changes at once. */
  tellPending() {
    for (const [name, { timer }] of this.rows) if (timer) this.tell(name);
  }

  /** @param {string} name */
  tell(name) {
    const row = this.rows.get(name);
    if (!row) return;
    window.clearTimeout(row.timer);
    row.timer = 0;
    const text = this.textOf(name);
    if ((row.said.last ?? "") === text) return;
    row.said.tell(text);
    this.plane.tell(/** @type {"hidden"} all of these are texts */ (name), { text });
  }

  /** @param {string} name */
  textOf(name) {
    const text = this.rows.get(name)?.kind.text() ?? "";
    return text.length > LONGEST ? "" : text;
  }

  /** Writes the present state of the plane into a link. @param {Query} query */
  write(query) {
    const { plane } = this;
    const { header, view } = plane;
    const { names } = header;
    if (!plane.ready || !names) return;
    /** @param {string} what @param {string} text */
    const put = (what, text) => names[what] && (text ? query.set(names[what], text) : query.delete(names[what]));
    if (!header.link || plane.picked < 0 || this.mine) put("z", Array.from(plane.z, (value) => digits(value, CODE)).join());
    if (plane.picked !== (header.picked ?? -1)) put("picked", plane.picked < 0 ? "" : header.link ? `${plane.picked}~${header.link.side}` : String(plane.picked));
    const ids = Object.keys(header.layers);
    const on = ids.filter((id) => plane.memory.layers[id]);
    if (ids.some((id) => on.includes(id) !== header.layers[id])) query.set(names.layers, on.join());
    const { x0, x1, y0, y1 } = view.square;
    put("view", view.atHome ? "" : [x0, x1, y0, y1].map((value) => digits(value, PLACE)).join());
    for (const name of this.rows.keys()) put(name, this.textOf(name));
    plane.events.emit("link", { put });
  }
}

/** The settings of every plane; tools add their own. @param {Plane} plane @returns {Object<string, Kind>} */
const kindsOf = (plane) => ({
  /** The numbers of the hidden classes; −1 stands for codes without a class. */
  hidden: {
    text: () => [...plane.memory.hidden].sort((a, b) => a - b).join(),
    show: (text) => {
      plane.memory.hidden = new Set(text ? text.split(",").map(Number) : []);
      plane.showClasses();
    },
  },
  lasso: lassoOf(plane),
  /** The open sections. */
  open: {
    text: () => [...plane.tools.sections.keys()].filter((id) => plane.tools.isOpen(id)).join(),
    show: (text) => {
      const wanted = text.split(",");
      for (const [id, details] of plane.tools.sections) if (!details.hidden) details.open = wanted.includes(id);
    },
  },
  feature: {
    text: () => (plane.header.features && plane.memory.feature ? String(plane.memory.feature) : ""),
    show: (text) => plane.showFeature(Number(text)),
  },
  more: {
    text: () => (plane.memory.more ? "1" : ""),
    show: (text) => {
      plane.memory.more = Boolean(text);
      plane.drawSwitches();
    },
  },
});

/**
 * The outline drawn around codes, from which the selection is restored, because the indices of the codes would be too long. A "~"
 * after it: the codes lay there at the training step that is shown. An outline drawn at another step is not stored.
 * @param {Plane} plane @returns {Kind}
 */
function lassoOf(plane) {
  /** The text of an outline that waits until its training step is shown, unless codes are selected before. */
  let later = "";
  const enclose = (/** @type {string} */ text) => plane.enclose(text ? text.replace("~", "").split(",").map(Number) : []);
  plane.events.on("moment", () => later && plane.past && enclose(later));
  plane.events.on("choose", () => (later = ""));
  return {
    text: () => {
      const { polygon, step } = plane.outline;
      if (later || !plane.selection.mask || !polygon.length || (step !== null && step !== plane.past?.step)) return later;
      return polygon.join() + (step === null ? "" : "~");
    },
    show: (text) => {
      if (text.endsWith("~") && !plane.past) later = text;
      else enclose(text);
    },
  };
}
