/**
 * The plane as a whole: Python's message, the user's actions, and what is drawn.
 */

import { Answers } from "../networks/answers.js";
import { standBeside } from "../linked/beside.js";
import { note } from "../base/dom.js";
import { Events } from "../base/events.js";
import { LAYERS } from "../view/layers.js";
import { inside } from "../choice/lasso.js";
import { drawKey } from "./key.js";
import { joinOthers, looksBack } from "../linked/link.js";
import { Kept } from "./kept.js";
import { drawLegend } from "../codes/legend.js";
import { standLevel } from "../linked/level.js";
import { Marks } from "./marks.js";
import { Panel } from "./panel.js";
import { letTakePart } from "../lessons/taking_part.js";
import { Picker } from "../codes/picking.js";
import { Pointing } from "./pointing.js";
import { Prior } from "../priors/prior.js";
import { Scene } from "./scene.js";
import { Selection } from "../choice/selection.js";
import { placeAll, sliceOf } from "../view/slice.js";
import { build } from "./skeleton.js";
import { Spoken, sampledText } from "./spoken.js";
import { Sprites } from "../codes/sprites.js";
import { State, remember, samePlane } from "./state.js";
import { Steering } from "./steering.js";
import { drawSwitches } from "./switches.js";
import { boldOf, themeOf } from "../base/theme.js";
import { showTitle } from "../linked/titles.js";
import { Lookback } from "../time/lookback.js";
import { TimeMachine } from "../time/time_machine.js";
import { letOpen } from "../opening/opening.js";
import { Tools } from "./tools.js";
import { letTravel } from "../linked/travel.js";
import { codeText } from "../base/words.js";

const REACH = 9; // CSS pixels from a code at which the pointer finds it
const LOOK = 800; // milliseconds of a resting view before Python hears of it

export class Plane extends State {
  /** @param {any} root */
  constructor(root) {
    super();
    this.events = new Events();
    this.parts = build({
      zoom: (factor) => this.zoom(factor, this.view.width / 2, this.view.height / 2),
      reset: () => this.seen(() => this.view.reset()),
      draw: (what) => this.pointing.draw(what),
      help: () => this.steering.toggleHelp(),
    });
    this.panel = new Panel(this.parts.panel, (j, value) => this.slide(j, value), () => this.commit()); // prettier-ignore
    this.scene = new Scene(this.parts, this.view, new Marks(this.parts.surface));
    /** What tools draw over the codes. @type {((pen: CanvasRenderingContext2D, view: import("../view/view.js").View, theme: import("../base/theme.js").Theme) => void)[]} */
    this.overlays = [];
    this.sprites = new Sprites(() => this.pictured(), () => ({ networks: this.answers.networks, z: this.fields.z?.values, content: this.codes.content ?? null }));
    this.selection = new Selection(this.parts.selection, this);
    this.pointing = new Pointing(this);
    this.steering = new Steering(this);
    /** @type {(key: string, value: any) => void} */
    this.tell = () => {};
    this.answers = new Answers(this.panel.image, (way, sentence) => this.answered(way, sentence), () => this.refresh());
    this.kept = new Kept(this);
    this.tools = new Tools(this);
    this.spoken = new Spoken(this);
    standBeside(this);
    joinOthers(this);
    letTravel(this);
    this.lookback = new Lookback(this);
    letOpen(this, new TimeMachine(this));
    showTitle(this);
    standLevel(this);
    letTakePart(this);
    root.append(this.parts.root);
    this.theme = themeOf(this.parts.root);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.parts.surface);
  }

  /** Leaves the page for good: what arrives later finds nobody. */
  close() {
    this.closed = true;
    this.events.emit("close");
    this.observer.disconnect();
    this.answers.close();
    this.scene.close();
    cancelAnimationFrame(this.frame);
    for (const timer of [this.settling, this.looking]) window.clearTimeout(timer);
    this.settling = this.looking = 0; // its focus leaves with it
    this.parts.root.remove();
  }

  // What Python says ---------------------------------------------------------------------------------------------------

  /** @param {import("../base/wire.js").Message} message */
  update({ header, fields }) {
    const before = this.header;
    const theme = themeOf(this.parts.root); // Streamlit calls again when the theme changes
    const drawn = this.ready && JSON.stringify(theme) === JSON.stringify(this.theme)
      && samePlane({ header: before, fields: this.fields }, { header, fields }); // prettier-ignore
    if (drawn) {
      // only z is new: drawing the codes again would keep the page from painting the image that is waited for
      this.header = header;
      this.fields = { ...this.fields, image: fields.image }; // of arrays with the same bytes those from which much was made
      const news = this.adopt(header, false);
      this.answers.load(header, fields);
      if (header.dim > 2) this.scene.refine(this); // another z may mean another plane through it
      this.tellNews(news);
      return this.events.emit("data", { other: false, turned: false });
    }
    const other = !this.ready || before.revision !== header.revision;
    const turned = other || JSON.stringify([before.axes, before.pca]) !== JSON.stringify([header.axes, header.pca]);
    this.ready = true;
    this.header = header;
    this.fields = fields;
    this.theme = theme;
    this.slice = sliceOf(header);
    this.prior = new Prior(header, fields.quantiles);
    this.memory = remember(header);
    this.view.frame(header.extent, header.centre);
    if (turned) this.view.reset();
    if (other && header.view) this.view.show(header.view);
    if (other) this.forget();
    const news = this.adopt(header, other);
    this.lay(header, fields);
    this.sprites.load(header.sprites);
    this.selection.keep(this.codes.xy.length / 2);
    this.say("data", "");
    this.say("sampled", sampledText(header.sampled));
    this.answers.load(header, fields);
    this.panel.build(this.prior, header.ranges);
    this.scene.update(this);
    drawLegend(this.parts.legend, this.codes, header.classes, this.memory.hidden, (label) => this.toggleClass(label));
    this.drawSwitches();
    this.tools.show(header.tools ?? []);
    this.redrawOver();
    this.tellNews(news);
    this.events.emit("data", { other, turned });
  }

  /** Another revision is to be shown, of which nothing here is true. */
  forget() {
    window.clearTimeout(this.settling);
    this.settling = 0;
    this.hovered = -1;
    this.selection.choose(null);
    this.scene.forget();
  }

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

  /** @param {{z: boolean, picked: boolean}} news */
  tellNews({ z, picked }) {
    this.refresh();
    if (z) this.events.emit("z", { by: "python" });
    if (picked) this.events.emit("pick", { index: this.picked, by: "python" });
  }

  /** Finds the codes' places on the plane, once for each set of them. */
  lay(header, fields) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = /** @type {Float32Array} */ (fields.xy?.values ?? placeAll(z, header.dim, this.slice));
    this.codes = this.own = { xy, labels: fields.labels?.values ?? null, content: (fields.content ?? fields.labels)?.values ?? null, colours: header.colours, shapes: header.shapes, unlabelled: header.unlabelled ?? "#8a94a3" };
    this.picker = new Picker(xy);
  }

  /** Other networks are there, or none: which way it runs, and a sentence where the page cannot. */
  answered(way, sentence) {
    this.panel.way.textContent = way;
    this.say("weights", sentence);
    this.scene.update(this);
    this.refresh();
    this.events.emit("networks");
  }

  /** The sheet of images is there. */
  pictured() {
    if (this.closed) return;
    this.selection.show();
    this.scene.dirty = true;
    this.refresh();
    this.events.emit("pictures");
  }

  /** A sentence above the plane under a heading of its own; an empty one takes it away. */
  say(about, sentence) {
    note(this.parts.notes, about, sentence);
  }

  // What the person does -----------------------------------------------------------------------------------------------

  /**
   * z lies elsewhere from now on.
   * @param {Float32Array} z
   * @param {"drag" | "slide" | "keys" | "python" | "tool" | "link"} by
   */
  place(z, by) {
    this.z = z;
    if (!["drag", "keys", "link"].includes(by) && this.slice.decodable && z.length > this.slice.shown.length) this.scene.update(this);
    this.refresh();
    this.events.emit("z", { by });
  }

  /** Moves z and, unless told not to, lets Python hear of it. @param {Float32Array} z */
  moveTo(z, by = /** @type {"tool" | "link"} */ ("tool"), tell = true) {
    if (this.closed) return;
    this.place(Float32Array.from(z), by);
    if (tell) this.commit();
  }

  /** While a drag goes on, nothing else takes time. */
  hold(dragging) {
    if (dragging) this.tellPending();
    this.dragging = dragging;
    this.scene.tasks.pause(dragging);
    this.events.emit("drag", { on: dragging });
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
    this.kept.tellPending();
    this.events.emit("rest");
  }

  tellView() {
    window.clearTimeout(this.looking);
    this.looking = 0;
    this.tell("view", this.view.atHome ? { home: true } : this.view.square);
  }

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

  /**
   * Chooses codes together, those of them whose classes are shown; null lets go of them.
   * @param {Uint8Array | null} mask 1 for each chosen code
   * @param {number[]} polygon what was drawn round them, x and y in turn, in the plane's units
   * @param {"person" | "link"} by
   */
  choose(mask, polygon = [], by = "person") {
    this.selection.choose(mask && mask.map((on, k) => Number(on && this.visible(k))), polygon);
    this.outline = { polygon: this.selection.mask ? polygon : [], step: this.past?.step ?? null };
    this.chosen(by);
    this.kept.changed("lasso");
  }

  /** Chooses the codes inside a polygon, as far as they are shown; fewer than three corners let go of them. @param {number[]} polygon */
  enclose(polygon) {
    if (polygon.length < 6) this.choose(null);
    else this.choose(inside(this.codes.xy, polygon, (k) => this.visible(k)), polygon);
  }

  /** Others are chosen together. @param {"person" | "link"} by */
  chosen(by) {
    this.scene.dirty = true;
    this.refresh();
    this.events.emit("choose", { mask: this.selection.mask, by });
  }

  /** The pointer is over a code; −1: over none. @param {number} index @param {"person" | "link"} by */
  hover(index, by = "person") {
    const found = this.dragging ? -1 : index;
    if (found === this.hovered) return;
    this.hovered = found;
    const { card } = this.parts;
    card.hidden = found < 0;
    if (found >= 0) this.sprites.describe(card, this, found);
    this.refresh();
    this.events.emit("hover", { index: found, by });
  }

  zoom(factor, x, y) {
    this.seen(() => this.view.zoomAt(factor, x, y));
  }

  /** Does something to the view. @param {() => void} change @param {"person" | "link"} by */
  seen(change, by = "person") {
    change();
    this.hover(-1);
    this.scene.viewed(this);
    this.redrawOver();
    this.events.emit("view", { by });
    window.clearTimeout(this.looking);
    this.looking = 0;
    if (by === "link" || !this.header.report?.includes("view")) return;
    this.looking = window.setTimeout(() => this.tellView(), LOOK);
  }

  resize() {
    const { clientWidth, clientHeight } = this.parts.surface;
    if (!clientWidth || !clientHeight) return; // a hidden tab; the observer calls again when it is shown
    this.view.bold = boldOf(this.parts.root);
    this.view.resize(clientWidth, clientHeight);
    this.scene.viewed(this);
    this.redrawOver();
  }

  toggleClass(label) {
    const { hidden } = this.memory;
    if (!hidden.delete(label)) hidden.add(label);
    this.showClasses();
    this.kept.changed("hidden");
  }

  /** Other classes are hidden. */
  showClasses() {
    drawLegend(this.parts.legend, this.codes, this.header.classes, this.memory.hidden, (each) => this.toggleClass(each));
    if (this.selection.keepShown()) this.chosen("person");
    this.scene.update(this);
    this.refresh();
    this.events.emit("classes");
  }

  toggleLayer(id) {
    const { layers } = this.memory;
    layers[id] = !layers[id];
    this.showLayers();
    if (!this.header.report?.includes("layers")) return;
    this.tell("layers", Object.fromEntries(Object.keys(this.header.layers).map((each) => [each, layers[each]])));
  }

  /** Other layers are on. */
  showLayers() {
    this.drawSwitches();
    this.scene.update(this);
    this.refresh();
    this.events.emit("layers");
  }

  drawSwitches() {
    const there = LAYERS.filter(({ id }) => this.scene.has(id, this));
    drawKey(this.parts.key, there.filter(({ id }) => this.scene.shows(id, this)), Boolean(this.past));
    const { layers, more } = this.memory;
    drawSwitches(this.parts.switches, there, layers, (id) => this.toggleLayer(id), more, () => this.unfold(!this.memory.more));
  }

  /** Shows the switches of all layers, or of the first few. @param {boolean} more */
  unfold(more) {
    this.memory.more = more;
    this.drawSwitches();
    this.kept.changed("more");
  }

  // What is drawn ------------------------------------------------------------------------------------------------------

  /** One drawing at the next frame, however much has changed until then. */
  refresh() {
    if (this.closed) return;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** What lies over the codes is drawn anew at the next frame. */
  redrawOver() {
    this.scene.overDirty = true;
    this.refresh();
  }

  draw() {
    if (!this.ready || !this.view.width) return;
    const known = { density: this.prior.logDensity(this.z), verdict: NaN, inside: this.prior.inside(this.z) };
    const elsewhere = this.header.beside && this.answers.asks; // the other part asks the server for the image
    if (this.z.length && !elsewhere) known.verdict = this.answers.paint(this.z, this.header.y ?? null);
    if (this.past) known.verdict = this.past.verdict(this.z);
    this.panel.show(this.z, this.prior, this.slice.shown, known);
    this.scene.draw(this, this.theme);
    this.spoken.later(known);
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
