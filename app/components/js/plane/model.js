/**
 * The state of a plane: Python's message, z and the user's choices; how the user, a tool or Python changes z and the selected
 * code, and what is sent to Python about it. This module touches no elements of the page.
 */

import { Echo, quiteSame } from "../base/echo.js";
import { Events } from "../base/events.js";
import { codeText } from "../base/number_text.js";
import { Picker } from "../codes/picking.js";
import { looksBack } from "../linked/link.js";
import { Prior } from "../priors/prior.js";
import { placeAll, sliceOf } from "../view/slice.js";
import { View } from "../view/view.js";

/** @typedef {import("./state.js").Sent} Sent */

const REACH = 9; // CSS pixels from a code at which the pointer finds it

export class Model {
  /** The state before the first message. */
  constructor() {
    this.events = new Events();
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.ready = false;
    this.view = new View();
    this.header = /** @type {Sent["header"]} */ ({});
    this.fields = /** @type {Sent["fields"]} */ ({});
    /** @type {Float32Array<ArrayBufferLike>} */
    this.z = new Float32Array(0);
    this.slice = sliceOf({});
    this.prior = new Prior({ dim: 0, prior: null, typical: null }, {});
    /** @type {import("./state.js").Memory} */
    this.memory = { layers: {}, said: new Echo(), hidden: new Set(), more: false, feature: 0 };
    /** @type {import("../codes/points.js").Codes} */
    this.codes = { xy: new Float32Array(0), labels: null, content: null, colours: [], shapes: [] };
    /** The codes at the places of Python's message; `codes` may be drawn at others. */
    this.own = this.codes;
    this.picker = new Picker(this.codes.xy);
    /** What is known about an earlier training step while it is shown. @type {import("../time/lookback.js").Past | null} */
    this.past = null;
    /** Indices of the selected code and of the one under the pointer, or −1. */
    this.picked = this.hovered = -1;
    /** The outline drawn around the selected codes (x and y in turn, or empty) and the training step at which it was drawn, null for
     *  the present. @type {{polygon: number[], step: number | null}} */
    this.outline = { polygon: [], step: null };
    this.dragging = this.closed = false;
    /** Whether the newest message came during a drag, so that its z and selected code were not taken. */
    this.missed = false;
    /** Values of z and of the selected code that were sent to Python, whose echoes must not undo anything. */
    this.told = { z: new Echo(quiteSame), picked: /** @type {Echo<number>} */ (new Echo()) };
    /** Timers, 0 if none runs: after z was moved by keys, and after the view was changed. */
    this.settling = this.looking = 0;
  }

  /** Draws at the next animation frame. @param {boolean} [anew] whether layers and codes are drawn again too */
  refresh(anew) {
    throw new Error(`Nobody draws this plane${anew ? " anew" : ""}.`);
  }

  // Messages from Python -----------------------------------------------------------------------------------------------

  /**
   * Takes z and the selected code from Python, unless they are echoes or a drag is under way. It emits no event, because the rest
   * of the message is not in place yet.
   * @param {Sent["header"]} header
   * @param {boolean} other whether the message is about another revision than before
   * @returns {{z: boolean, picked: boolean}} which of them have changed
   */
  adopt(header, other) {
    this.missed = this.dragging && !other;
    if (this.missed) return { z: false, picked: false };
    const z = Float32Array.from(header.code);
    const index = header.picked ?? -1;
    const [moved, chosen] = [this.told.z.isNews(z), this.told.picked.isNews(index)];
    const news = { z: other || moved, picked: (other || chosen) && index !== this.picked };
    if (news.z) this.z = z;
    if (news.picked) this.picked = index;
    return news;
  }

  /** Computes the codes' places on the plane. @param {Sent["header"]} header @param {Sent["fields"]} fields */
  lay(header, fields) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = fields.xy?.values ?? placeAll(z, header.dim, this.slice);
    this.codes = this.own = { xy, labels: fields.labels?.values ?? null, content: (fields.content ?? fields.labels)?.values ?? null, colours: header.colours, shapes: header.shapes };
    this.picker = new Picker(xy);
  }

  // z ------------------------------------------------------------------------------------------------------------------

  /** Moves z. @param {Float32Array} z @param {"drag" | "slide" | "keys" | "python" | "tool" | "link"} by */
  place(z, by) {
    this.z = z;
    this.refresh(!["drag", "keys", "link"].includes(by) && this.slice.decodable && z.length > this.slice.shown.length);
    this.events.emit("z", { by });
  }

  /** Moves z and, unless `tell` is false, sends it to Python. @param {Float32Array} z */
  moveTo(z, by = /** @type {"tool" | "link"} */ ("tool"), tell = true) {
    if (this.closed) return;
    this.place(Float32Array.from(z), by);
    if (tell) this.commit();
  }

  /** Sends z to Python, which clears the selected code. */
  commit() {
    window.clearTimeout(this.settling);
    this.settling = 0;
    if (!this.ready) return;
    this.expect();
    this.tell("code", { z: Array.from(this.z) });
    this.events.emit("commit");
  }

  /** Notes that this z was sent to Python, by this or another component, and will come back; no code is selected any more. */
  expect() {
    this.told.z.tell(this.z.slice());
    this.told.picked.tell(-1);
    if (this.picked < 0) return;
    this.picked = -1;
    this.events.emit("pick", { index: -1, by: "commit" });
  }

  /** Sends all delayed changes at once, because the user may be about to leave the page. */
  tellPending() {
    if (this.settling) this.commit();
    if (this.looking) this.tellView();
    this.events.emit("rest");
  }

  tellView() {
    window.clearTimeout(this.looking);
    this.looking = 0;
    this.tell("view", this.view.atHome ? { home: true } : this.view.square);
  }

  // Codes --------------------------------------------------------------------------------------------------------------

  /**
   * Selects a code and moves z to it; −1 clears the selection. Its index is sent to Python, or z while an earlier step is shown,
   * unless it was selected on another plane.
   * @param {number} index
   * @param {"person" | "link"} by
   */
  pick(index, by = "person") {
    this.picked = index;
    this.told.picked.tell(index);
    const own = index < 0 ? null : this.codeOf(index);
    if (own) {
      window.clearTimeout(this.settling); // a z moved by keys before is out of date
      this.settling = 0;
      this.told.z.tell(Float32Array.from(own));
      this.place(Float32Array.from(own), by === "link" ? "link" : "tool");
    }
    if (by === "person" && index >= 0 && looksBack(this)) {
      this.told.picked.tell(-1); // Python knows only the present codes, so it is sent z instead
      this.tell("code", { z: Array.from(this.z) });
    } else if (by === "person") this.tell("picked", { index });
    this.refresh();
    this.events.emit("pick", { index, by });
  }

  /** @param {number} x @param {number} y */
  find(x, y) {
    if (!this.memory.layers.codes) return -1;
    return this.picker.nearest(...this.view.toPlane(x, y), REACH / this.view.scale, (k) => this.visible(k));
  }

  /** Whether a code's class is shown. @param {number} index */
  visible(index) {
    return !this.memory.hidden.has(this.labelOf(index));
  }

  /** Class of a code by number, −1 where it has none. @param {number} index */
  labelOf(index) {
    return this.codes.labels ? this.codes.labels[index] : -1;
  }

  /** Class of a code, or its number where it has none. @param {number} index */
  nameOf(index) {
    return this.header.classes[this.labelOf(index)] ?? `code ${index}`;
  }

  /** z of a code as text. @param {number} index */
  codeText(index) {
    const z = this.codeOf(index);
    return z ? codeText(z, 4) : "";
  }

  /** z of a code at the training step that is shown. @param {number} index @returns {Float32Array | null} */
  codeOf(index) {
    const { dim } = this.header;
    if (this.past) return this.past.codeOf(index);
    return /** @type {Float32Array | undefined} */ (this.fields.z?.values)?.slice(index * dim, (index + 1) * dim) ?? null;
  }
}
