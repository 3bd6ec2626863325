/**
 * The plane as a whole: what Python sent, what the person does, and what is drawn because of it.
 */

import { Answers } from "./answers.js";
import { build } from "./dom.js";
import { listen } from "./gestures.js";
import { LAYERS, VERDICTS_SAID } from "./layers.js";
import { Lasso, inside } from "./lasso.js";
import { drawLegend } from "./legend.js";
import { Marks } from "./marks.js";
import { Panel } from "./panel.js";
import { Picker } from "./picking.js";
import { Prior } from "./prior.js";
import { Scene } from "./scene.js";
import { Selection } from "./selection.js";
import { placeAll, sliceOf } from "./slice.js";
import { Sprites } from "./sprites.js";
import { State, remember } from "./state.js";
import { Steering } from "./steering.js";
import { drawSwitches } from "./switches.js";
import { themeOf } from "./theme.js";
import { samePlane } from "./wire.js";
import { codeText, summary } from "./words.js";

const REACH = 9; // CSS pixels from a code at which the pointer finds it
const SPEAK = 700; // milliseconds of rest before the summary is spoken anew
const LOOK = 800; // milliseconds of a resting view before Python hears of it

export class Plane extends State {
  /** @param {any} root */
  constructor(root) {
    super();
    this.parts = build({
      zoom: (factor) => this.zoom(factor, this.view.width / 2, this.view.height / 2),
      reset: () => this.reset(),
      lasso: () => this.toggleLasso(),
      help: () => this.steering.toggleHelp(),
    });
    this.panel = new Panel(this.parts.panel, (j, value) => this.slide(j, value), () => this.commit()); // prettier-ignore
    this.scene = new Scene(this.parts.base, this.view, new Marks(this.parts.surface));
    this.sprites = new Sprites(() => this.selection.show());
    this.selection = new Selection(this.parts.selection, this);
    this.lasso = new Lasso(this.parts.surface);
    this.steering = new Steering(this);
    /** @type {(key: string, value: any) => void} */
    this.tell = () => {};
    this.answers = new Answers(this.panel.image, (way, sentence) => this.answered(way, sentence));
    root.append(this.parts.root);
    this.theme = themeOf(this.parts.root);
    this.attach();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.parts.surface);
  }

  attach() {
    const { surface } = this.parts;
    listen(surface, {
      down: (x, y) => this.press(x, y),
      drag: (x, y) => this.drag(x, y),
      up: (x, y, moved) => this.release(x, y, moved),
      cancel: () => this.cancel(),
      pan: (dx, dy) => this.seen(() => this.view.panBy(dx, dy)),
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      hover: (x, y) => this.hover(x, y),
      leave: () => this.hover(NaN, NaN),
    });
  }

  close() {
    this.observer.disconnect();
    this.scene.close();
    cancelAnimationFrame(this.frame);
    for (const timer of [this.speaking, this.settling, this.looking]) window.clearTimeout(timer);
    this.parts.root.remove();
  }

  // What Python says ---------------------------------------------------------------------------------------------------

  /** @param {import("./wire.js").Message} message */
  update({ header, fields }) {
    const before = this.header;
    const theme = themeOf(this.parts.root); // Streamlit calls again when the theme changes
    const drawn = this.ready && header.dim <= 2 && JSON.stringify(theme) === JSON.stringify(this.theme)
      && samePlane({ header: before, fields: this.fields }, { header, fields }); // prettier-ignore
    if (drawn) {
      // only z is new: drawing the codes again would keep the page from painting the image that is waited for
      this.header = header;
      this.fields = fields;
      this.adopt(header, false);
      this.answers.load(header, fields);
      return this.refresh();
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
    if (other) this.hovered = -1;
    if (other) this.selection.choose(null);
    this.adopt(header, other);
    this.place(header, fields);
    this.sprites.load(header.sprites);
    this.selection.keep(this.codes.xy.length / 2);
    this.say("data", "");
    this.answers.load(header, fields);
    this.panel.build(this.prior, header.extent);
    this.scene.update(this);
    drawLegend(this.parts.legend, this.codes, header.classes, this.memory.hidden, (label) => this.toggleClass(label));
    this.drawSwitches();
    this.refresh();
  }

  /** Takes z and the chosen code from Python, unless they are an echo of what came from here or a drag is going on. */
  adopt(header, other) {
    const wish = header.code ?? header.base ?? [];
    const text = JSON.stringify(Array.from(wish, Math.fround));
    const echo = this.said.includes(text);
    if (other || (text !== this.heard && !echo && !this.dragging)) this.z = Float32Array.from(wish);
    if (this.said[this.said.length - 1] === text) this.said = [];
    this.heard = text;
    if (!this.dragging) this.picked = header.picked ?? -1;
  }

  /** Places the codes on the plane, once for each set of them. */
  place(header, fields) {
    const z = fields.z?.values ?? new Float32Array(0);
    const xy = /** @type {Float32Array} */ (fields.xy?.values ?? placeAll(z, header.dim, this.slice));
    this.codes = { xy, labels: fields.labels?.values ?? null, colours: header.colours, shapes: header.shapes, unlabelled: header.unlabelled ?? "#8a94a3" };
    this.picker = new Picker(xy);
  }

  /** Other networks are there, or none: which way it runs, and a sentence where the page cannot. */
  answered(way, sentence) {
    this.panel.way.textContent = way;
    this.say("weights", sentence);
    this.scene.update(this);
    this.refresh();
  }

  /** A sentence above the plane under a heading of its own; an empty one takes it away. */
  say(about, sentence) {
    const known = this.parts.notes.querySelector(`[data-about="${about}"]`);
    if (!sentence) return known?.remove();
    if (known?.textContent === sentence) return;
    const note = known ?? this.parts.notes.appendChild(document.createElement("p"));
    note.dataset.about = about;
    note.textContent = sentence;
  }

  // What the person does -----------------------------------------------------------------------------------------------

  press(x, y) {
    this.parts.surface.focus({ preventScroll: true });
    this.hold(true);
    this.start = { z: this.z, centre: this.view.centre, x, y };
    this.hover(NaN, NaN);
    if (this.drawing) this.lasso.begin(x, y);
    this.drag(x, y);
  }

  drag(x, y) {
    if (this.drawing) return this.lasso.to(x, y);
    if (!this.slice.decodable) {
      this.view.centre = this.start.centre;
      return this.seen(() => this.view.panBy(x - this.start.x, y - this.start.y));
    }
    this.z = this.slice.moved(this.z, ...this.view.toPlane(x, y));
    this.refresh();
  }

  /** While a drag goes on, nothing else takes time. */
  hold(dragging) {
    this.dragging = dragging;
    this.scene.tasks.pause(dragging);
  }

  release(x, y, moved) {
    this.hold(false);
    if (this.drawing) return this.choose(this.lasso.end());
    const found = moved ? -1 : this.find(x, y);
    if (found >= 0) this.pick(found);
    else if (this.slice.decodable) this.commit();
  }

  cancel() {
    this.hold(false);
    this.lasso.end();
    this.z = this.start.z;
    this.view.centre = this.start.centre;
    this.refresh();
  }

  slide(j, value) {
    this.z = this.z.slice();
    this.z[j] = value;
    this.scene.update(this);
    this.refresh();
  }

  /** Python hears of z. */
  commit() {
    window.clearTimeout(this.settling);
    if (!this.ready) return;
    const z = Array.from(this.z);
    this.said = [...this.said.slice(-8), JSON.stringify(z)];
    this.tell("code", { z });
  }

  /** Chooses a code: its own z, and Python hears of its number. */
  pick(index) {
    this.picked = index;
    const own = this.fields.z?.values.slice(index * this.header.dim, (index + 1) * this.header.dim);
    if (own) {
      this.z = Float32Array.from(own);
      this.said.push(JSON.stringify(Array.from(this.z)));
    }
    this.tell("picked", { index });
    this.scene.update(this);
    this.refresh();
  }

  find(x, y) {
    if (!this.memory.layers.codes) return -1;
    return this.picker.nearest(...this.view.toPlane(x, y), REACH / this.view.scale, (k) => this.visible(k));
  }

  /** Whether a code's class is shown. */
  visible(index) {
    return !this.memory.hidden.has(this.codes.labels ? this.codes.labels[index] : -1);
  }

  /** Chooses the codes inside a polygon, pixels x and y in turn; null or a mere click lets go of them. */
  choose(corners) {
    const polygon = [];
    for (let k = 0; k < (corners?.length ?? 0); k += 2) polygon.push(...this.view.toPlane(corners[k], corners[k + 1]));
    this.selection.choose(polygon.length < 6 ? null : inside(this.codes.xy, polygon, (k) => this.visible(k)));
    this.scene.dirty = true;
    this.refresh();
  }

  toggleLasso() {
    this.drawing = !this.drawing;
    this.parts.lasso.setAttribute("aria-pressed", String(this.drawing));
  }

  /** Moves z, and Python hears of it. @param {Float32Array} z */
  moveTo(z) {
    this.z = z;
    this.scene.update(this);
    this.refresh();
    this.commit();
  }

  hover(x, y) {
    const found = this.dragging || Number.isNaN(x) ? -1 : this.find(x, y);
    if (found === this.hovered) return;
    this.hovered = found;
    const { card } = this.parts;
    card.hidden = found < 0;
    if (found >= 0) this.sprites.describe(card, this, found);
    this.refresh();
  }

  zoom(factor, x, y) {
    this.seen(() => this.view.zoomAt(factor, x, y));
  }

  reset() {
    this.seen(() => this.view.reset());
  }

  /** Does something to the view. */
  seen(change) {
    change();
    this.hover(NaN, NaN);
    this.scene.viewed(this);
    this.refresh();
    window.clearTimeout(this.looking);
    if (!this.header.report?.includes("view")) return;
    this.looking = window.setTimeout(() => this.tell("view", this.view.box), LOOK);
  }

  resize() {
    const { clientWidth, clientHeight } = this.parts.surface;
    if (!clientWidth || !clientHeight) return; // a hidden tab; the observer calls again when it is shown
    this.view.resize(clientWidth, clientHeight);
    this.scene.viewed(this);
    this.refresh();
  }

  toggleClass(label) {
    const { hidden } = this.memory;
    if (!hidden.delete(label)) hidden.add(label);
    drawLegend(this.parts.legend, this.codes, this.header.classes, hidden, (each) => this.toggleClass(each));
    this.scene.update(this);
    this.refresh();
  }

  toggleLayer(id) {
    const { layers } = this.memory;
    layers[id] = !layers[id];
    this.drawSwitches();
    this.scene.update(this);
    this.refresh();
    if (!this.header.report?.includes("layers")) return;
    this.tell("layers", Object.fromEntries(Object.keys(this.header.layers).map((each) => [each, layers[each]])));
  }

  drawSwitches() {
    const there = LAYERS.filter(({ id }) => this.scene.has(id, this));
    this.parts.key.textContent = this.memory.layers.judge && this.scene.has("judge", this) ? VERDICTS_SAID : "";
    drawSwitches(this.parts.switches, there, this.memory.layers, (id) => this.toggleLayer(id));
  }

  // What is drawn ------------------------------------------------------------------------------------------------------

  /** One drawing at the next frame, however much has changed until then. */
  refresh() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    if (!this.ready || !this.view.width) return;
    const known = { density: this.prior.logDensity(this.z), verdict: NaN, inside: this.prior.inside(this.z) };
    if (this.z.length) known.verdict = this.answers.paint(this.z, this.header.y ?? null);
    this.panel.show(this.z, this.prior, this.slice.shown, known);
    this.scene.draw(this, this.theme);
    this.speak(known);
  }

  /** Tells the summary once things have come to rest. */
  speak(known) {
    window.clearTimeout(this.speaking);
    this.speaking = window.setTimeout(() => {
      const near = this.slice.decodable ? this.picker.nearest(...this.slice.place(this.z), this.view.extent / 4) : -1;
      const text = summary({ ...known, z: this.z, nearest: near < 0 ? null : this.nameOf(near), seen: this.seenText() });
      if (this.parts.summary.textContent !== text) this.parts.summary.textContent = text;
    }, SPEAK);
  }

  seenText() {
    const on = LAYERS.filter(({ id }) => this.memory.layers[id] && this.scene.has(id, this)).map(({ title }) => title);
    const chosen = this.picked >= 0 ? ` Chosen: code ${this.picked}, ${this.nameOf(this.picked)}.` : "";
    return `${(this.codes.xy.length / 2).toLocaleString("en")} codes; layers: ${on.join(", ") || "none"}.${chosen}`;
  }

  /** Class of a code, or its number where it has none. */
  nameOf(index) {
    const label = this.codes.labels ? this.codes.labels[index] : -1;
    return this.header.classes[label] ?? `code ${index}`;
  }

  /** z of a code as text. */
  codeText(index) {
    const { dim } = this.header;
    const z = this.fields.z?.values.subarray(index * dim, (index + 1) * dim);
    return z ? codeText(z, 4) : "";
  }
}
