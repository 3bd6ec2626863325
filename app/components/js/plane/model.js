/**
 * What is done to a plane's z and its chosen code, by a person, a tool or Python, and what Python hears of it. It knows no page.
 */

import { Events } from "../base/events.js";
import { codeText } from "../base/words.js";
import { Picker } from "../codes/picking.js";
import { looksBack } from "../linked/link.js";
import { placeAll } from "../view/slice.js";
import { State } from "./state.js";

const REACH = 9; // CSS pixels from a code at which the pointer finds it

export class Model extends State {
  constructor() {
    super();
    this.events = new Events();
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
  }

  /** One drawing at the next frame; `anew`: of layers and codes too. @param {boolean} [anew] */
  refresh(anew) {
    throw new Error(`Nobody draws this plane${anew ? " anew" : ""}.`);
  }

  // What Python says ---------------------------------------------------------------------------------------------------

  /**
   * Takes z and the chosen code from Python, unless they are an echo of what came from here or a drag is going on. Nobody
   * hears of it before all else that came with them is in its place.
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

  /** Finds the codes' places on the plane, once for each set of them. */
  lay(header, fields) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = /** @type {Float32Array} */ (fields.xy?.values ?? placeAll(z, header.dim, this.slice));
    this.codes = this.own = { xy, labels: fields.labels?.values ?? null, content: (fields.content ?? fields.labels)?.values ?? null, colours: header.colours, shapes: header.shapes, unlabelled: header.unlabelled ?? "#8a94a3" };
    this.picker = new Picker(xy);
  }

  // z --------------------------------------------------------------------------------------------------------------------

  /**
   * z lies elsewhere from now on.
   * @param {Float32Array} z
   * @param {"drag" | "slide" | "keys" | "python" | "tool" | "link"} by
   */
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

  slide(j, value) {
    const z = this.z.slice();
    z[j] = value;
    this.place(z, "slide");
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

  find(x, y) {
    if (!this.memory.layers.codes) return -1;
    return this.picker.nearest(...this.view.toPlane(x, y), REACH / this.view.scale, (k) => this.visible(k));
  }

  /** Whether a code's class is shown. */
  visible(index) {
    return !this.memory.hidden.has(this.codes.labels ? this.codes.labels[index] : -1);
  }

  /** Class of a code, or its number where it has none. */
  nameOf(index) {
    const label = this.codes.labels ? this.codes.labels[index] : -1;
    return this.header.classes[label] ?? `code ${index}`;
  }

  /** z of a code as text. */
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
