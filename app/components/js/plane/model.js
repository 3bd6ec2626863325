/**
 * The state of a plane: Python's message, z, and the user's choices; what a person, a tool or Python does to z and the chosen code,
 * and what Python hears of it. It knows no page.
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
  /** As it is before Python has said anything. */
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
    this.codes = { xy: new Float32Array(0), labels: null, content: null, colours: [], shapes: [], unlabelled: "" };
    /** The codes at the places that Python gave them, wherever they are drawn at present. */
    this.own = this.codes;
    this.picker = new Picker(this.codes.xy);
    /** What is known of an earlier step, while one looks back to it. @type {import("../time/lookback.js").Past | null} */
    this.past = null;
    /** Numbers of the chosen code and of that under the pointer, or −1. */
    this.picked = this.hovered = -1;
    /** What was drawn round the codes that are chosen together, x and y in turn, empty where nothing was; and at which step,
     *  null for the present. @type {{polygon: number[], step: number | null}} */
    this.outline = { polygon: [], step: null };
    this.dragging = this.closed = false;
    /** What Python was told of z and of the chosen code: its echo must not take anything back. */
    this.told = { z: new Echo(quiteSame), picked: /** @type {Echo<number>} */ (new Echo()) };
    /** Timers, 0 where none runs: of z moved by keys, of a view that came to rest. */
    this.settling = this.looking = 0;
  }

  /** One drawing at the next frame; `anew`: of layers and codes too. @param {boolean} [anew] */
  refresh(anew) {
    throw new Error(`Nobody draws this plane${anew ? " anew" : ""}.`);
  }

  // What Python says ---------------------------------------------------------------------------------------------------

  /**
   * Takes z and the chosen code from Python, unless they are an echo of what came from here or a drag is going on. Nobody
   * hears of it before all else that came with them is in its place.
   * @param {Sent["header"]} header
   * @param {boolean} other
   * @returns {{z: boolean, picked: boolean}} which of them are others
   */
  adopt(header, other) {
    if (this.dragging && !other) return { z: false, picked: false };
    const z = Float32Array.from(header.code);
    const index = header.picked ?? -1;
    const [moved, chosen] = [this.told.z.isNews(z), this.told.picked.isNews(index)];
    const news = { z: other || moved, picked: (other || chosen) && index !== this.picked };
    if (news.z) this.z = z;
    if (news.picked) this.picked = index;
    return news;
  }

  /** Finds the codes' places on the plane, once for each set of them. @param {Sent["header"]} header @param {Sent["fields"]} fields */
  lay(header, fields) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = fields.xy?.values ?? placeAll(z, header.dim, this.slice);
    this.codes = this.own = { xy, labels: fields.labels?.values ?? null, content: (fields.content ?? fields.labels)?.values ?? null, colours: header.colours, shapes: header.shapes, unlabelled: header.unlabelled ?? "#8a94a3" };
    this.picker = new Picker(xy);
  }

  // z --------------------------------------------------------------------------------------------------------------------

  /** z lies elsewhere from now on. @param {Float32Array} z @param {"drag" | "slide" | "keys" | "python" | "tool" | "link"} by */
  place(z, by) {
    this.z = z;
    this.refresh(!["drag", "keys", "link"].includes(by) && this.slice.decodable && z.length > this.slice.shown.length);
    this.events.emit("z", { by });
  }

  /** Moves z and, unless told not to, lets Python hear of it. @param {Float32Array} z */
  moveTo(z, by = /** @type {"tool" | "link"} */ ("tool"), tell = true) {
    if (this.closed) return;
    this.place(Float32Array.from(z), by);
    if (tell) this.commit();
  }

  /** Python hears of z, and so lets go of the chosen code. */
  commit() {
    window.clearTimeout(this.settling);
    this.settling = 0;
    if (!this.ready) return;
    this.expect();
    this.tell("code", { z: Array.from(this.z) });
    this.events.emit("commit");
  }

  /** Python is told of this z, here or by another part of the page, and will repeat it; a code is chosen no more. */
  expect() {
    this.told.z.tell(this.z.slice());
    this.told.picked.tell(-1);
    if (this.picked < 0) return;
    this.picked = -1;
    this.events.emit("pick", { index: -1, by: "commit" });
  }

  /** What waits for a rest is told at once: the person turns elsewhere, perhaps to another page. */
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

  // Codes ----------------------------------------------------------------------------------------------------------------

  /**
   * Chooses a code and moves z to it; −1 lets go of it. Python hears of its number, unless another plane had it first.
   * @param {number} index
   * @param {"person" | "link"} by
   */
  pick(index, by = "person") {
    this.picked = index;
    this.told.picked.tell(index);
    const own = index < 0 ? null : this.codeOf(index);
    if (own) {
      window.clearTimeout(this.settling); // z moved by keys before is not what Python shall hear of after this
      this.settling = 0;
      this.told.z.tell(Float32Array.from(own));
      this.place(Float32Array.from(own), by === "link" ? "link" : "tool");
    }
    if (by === "person") this.tellPicked(index);
    this.refresh();
    this.events.emit("pick", { index, by });
  }

  /** Of a code of the past Python hears its place alone: it knows the codes of now. @param {number} index */
  tellPicked(index) {
    if (!looksBack(this) || index < 0) return this.tell("picked", { index });
    this.told.picked.tell(-1);
    this.tell("code", { z: Array.from(this.z) });
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

  /** z of a code as it is shown, perhaps at an earlier step. @param {number} index @returns {Float32Array | null} */
  codeOf(index) {
    const { dim } = this.header;
    if (this.past) return this.past.codeOf(index);
    return /** @type {Float32Array | undefined} */ (this.fields.z?.values)?.slice(index * dim, (index + 1) * dim) ?? null;
  }
}
