/**
 * The tool for paths and arithmetic: waypoints, and the path through them as images, as an animation, as a line on the plane and
 * as files.
 */

import { ArithmeticPanel } from "./arithmetic_panel.js";
import { contentSaid, decoded } from "../networks/decoded.js";
import { changes, nextFrame } from "../base/anew.js";
import { element, write } from "../base/dom.js";
import { Controls } from "./path_controls.js";
import { pathFiles } from "./path_files.js";
import { groundOf } from "./path_ground.js";
import { PathMarks } from "./path_marks.js";
import { BETWEEN, Player } from "./path_player.js";
import { MOST, legsOf, readRoute, routeOf, routeText } from "./path_route.js";
import { BARS_SAID, EMPTY, Strip } from "./path_strip.js";
import { Waypoints } from "./path_waypoints.js";
import { walk } from "./paths.js";
import { paint, partsOf } from "../base/picture.js";
import { digits } from "../base/number_text.js";
import { named } from "../base/rows.js";
import { draw } from "../priors/draws.js";
import { Newest } from "../host/server.js";

/** @typedef {{waypoints: Float32Array[], codes: Float32Array[], shown: Float32Array[], stride: number}} Wish
 *    codes: of all frames, of which every `stride`th can be shown; shown: those of the strip */

const ID = "path";
const HINT = "Place two or more waypoints on the plane: press W there, or use the buttons.";

/** A sentence that compares how much the images change along a geodesic and along the straight line. @param {import("./paths.js").Leg[]} legs @param {boolean} rows of a table */
function changeSaid(legs, rows) {
  if (!legs.every((leg) => "direct" in leg)) return " The path is straight, because the decoder does not run in the page, is too large there for a geodesic, or returns no finite values on the way.";
  const [along, direct] = [legs.map(({ length }) => length), legs.map((leg) => Number(leg.direct))].map((all) => all.reduce((sum, value) => sum + value, 0));
  return ` Along it the decoded ${rows ? "rows" : "images"} change by ${digits(along, 3)}, on the straight line by ${digits(direct, 3)} (Σ ‖x̂ₖ₊₁ − x̂ₖ‖, ${rows ? "levels" : "pixels"} in 0–1).`;
}

export class PathTool {
  /** @param {import("../plane/plane.js").Plane} plane @param {HTMLElement} section */
  constructor(plane, section) {
    this.plane = plane;
    this.route = routeOf("");
    /** Codes along the path, `BETWEEN` frames from one image of the strip to the next. @type {Float32Array[]} */
    this.codes = [];
    /** What the animation shows: the codes, and the strip's images. @type {{codes: Float32Array[], images: Float32Array[], shape: number[]}} */
    this.film = { codes: [], images: [], shape: [1, 1, 1] };
    this.ground = groundOf(plane);
    this.changed = changes();
    this.walkSoon = nextFrame(() => this.walk());
    this.pictures = new Newest(
      (/** @type {Wish} */ { waypoints, shown }, given) => decoded(plane, [...waypoints, ...shown], given),
      (got, wish) => this.show(got, wish),
      (error) => (this.way.textContent = error.message),
    );
    this.marks = new PathMarks(plane, (k, z) => this.change(() => (this.route.waypoints[k] = z)));
    this.waypoints = new Waypoints(this);
    this.controls = new Controls(this);
    this.strip = new Strip((k) => this.goTo(k));
    this.player = new Player((frame) => this.showFrame(frame), (pace) => (this.route.pace = pace));
    this.arithmetic = new ArithmeticPanel(this);
    this.status = element("p", { role: "status" }, HINT);
    this.way = element("p", { class: "lp-way", role: "status" });
    this.bars = element("p", { class: "lp-said" }, BARS_SAID);
    this.walkway = element("div", { hidden: true }, this.strip.host, this.bars, pathFiles(this));
    const made = element("div", { class: "lp-path" }, this.controls.host, this.player.host);
    section.append(made, this.status, this.way, this.walkway, this.arithmetic.host);
    this.listen();
  }

  listen() {
    const { events } = this.plane;
    events.on("data", () => {
      const { features } = this.plane.header;
      this.player.chart.take(features ?? null);
      write(this.bars, named(BARS_SAID, Boolean(features)));
      write(this.controls.items, named("Images", Boolean(features)));
      this.refresh();
    });
    events.on("networks", () => this.refresh());
    events.on("drag", ({ on }) => this.player.hold(on || !this.open));
    events.on("tool", ({ id }) => id === ID && this.refresh());
    events.on("key", ({ id }) => id === ID && this.plane.tools.unfold(ID) && this.add(this.plane.z));
    events.on("close", () => this.close());
    this.plane.kept?.add(ID, {
      text: () => (this.plane.tools.isOpen(ID) ? routeText(this.route) : ""),
      show: (text) => {
        readRoute(routeOf(this.plane.header.revision), text);
        this.changed(); // so that `refresh` computes the path again
        this.refresh();
      },
    });
  }

  get open() {
    return this.plane.tools.isOpen(ID);
  }

  close() {
    this.player.hold(true);
    this.arithmetic.close();
    this.pictures.drop();
    this.walkSoon.close();
  }

  // Messages from Python -----------------------------------------------------------------------------------------------

  /** Computes the path again if the revision, the codes, the content or the networks have changed, but only while the tool is open. */
  refresh() {
    const { plane } = this;
    const route = routeOf(plane.header.revision);
    if (route !== this.route) this.player.pace.value = String(route.pace);
    this.route = route;
    this.player.hold(!this.open || plane.dragging); // a message may come during a drag
    this.controls.random.hidden = !plane.header.prior;
    if (!this.open) return this.marks.take([], []);
    this.arithmetic.refresh();
    if (this.changed(route, plane.fields.z, plane.slice, plane.header.y, plane.answers.networks)) this.walk();
    else this.marks.take(route.waypoints, this.codes, route.kind === "geodesic");
  }

  // The user's actions -------------------------------------------------------------------------------------------------

  /** Changes the route; the path is computed once for all changes until the next animation frame. @param {() => void} act */
  change(act) {
    act();
    this.walkSoon();
    this.plane.kept?.changed(ID);
  }

  /** @param {ArrayLike<number>} z */
  add(z) {
    if (this.route.waypoints.length >= MOST) {
      this.status.textContent = `A path has at most ${MOST} waypoints; remove one first.`;
    } else this.change(() => this.route.waypoints.push(Float32Array.from(z)));
  }

  random() {
    const { prior, dim } = this.plane.header;
    if (!prior) return;
    const one = () => draw(prior, dim, Math.random, this.plane.prior.samples);
    this.change(() => (this.route.waypoints = [one(), one()]));
  }

  /** An image of the strip was clicked. @param {number} k */
  goTo(k) {
    this.player.rest(k * BETWEEN);
    this.plane.moveTo(this.codes[k * BETWEEN]);
  }

  // Display ------------------------------------------------------------------------------------------------------------

  walk() {
    const { route } = this;
    const there = route.waypoints.length > 1;
    const frames = (route.count - 1) * BETWEEN + 1;
    const legs = there ? legsOf(route, this.ground) : [];
    this.codes = there ? partsOf(walk(legs, frames), frames) : [];
    this.controls.tell(route);
    this.waypoints.tell(route.waypoints);
    this.walkway.hidden = this.player.host.hidden = !there;
    const shown = this.shown();
    const near = shown.map((z) => this.ground.near(z));
    this.strip.tell(shown, near);
    this.marks.take(route.waypoints, this.codes, route.kind === "geodesic");
    this.announce(near, there && route.kind === "geodesic" ? changeSaid(legs, Boolean(this.plane.header.features)) : "");
    this.picture();
  }

  /** The strip's codes. */
  shown() {
    return this.codes.filter((_, k) => k % BETWEEN === 0);
  }

  /** @param {number[]} near @param {string} change how much the images change, in a sentence */
  announce(near, change) {
    const { waypoints } = this.route;
    const empty = near.filter((share) => share < EMPTY).length;
    const { header, slice } = this.plane;
    const more = contentSaid(header) + (slice.decodable ? "" : " A t-SNE plane cannot show it.");
    const text = near.length
      ? `A path through ${waypoints.length} waypoints, ${near.length} ${this.plane.header.features ? "rows" : "images"}; ${empty || "none"} of them in empty space.${change}${more}`
      : HINT;
    write(this.status, text);
  }

  /** Requests the images of the waypoints and the strip. */
  picture() {
    const { waypoints } = this.route;
    const here = Boolean(this.plane.answers.networks);
    this.way.textContent = here || !waypoints.length ? "" : "The server is decoding the images …";
    this.pictures.want({ waypoints: [...waypoints], codes: this.codes, shown: this.shown(), stride: here ? 1 : BETWEEN });
  }

  /** Shows decoded images, unless the numbers of images or waypoints have changed since. @param {import("../networks/decoded.js").Decoded} got @param {Wish} wish */
  show({ images, shape }, { waypoints, codes, stride }) {
    const { route } = this;
    if (codes.length !== this.codes.length || waypoints.length !== route.waypoints.length) return;
    if (codes === this.codes) this.way.textContent = "";
    this.film = { codes, images: images.slice(waypoints.length), shape };
    this.waypoints.show(images.slice(0, waypoints.length), shape);
    this.strip.show(this.film.images, shape);
    this.player.take(codes.length, stride);
  }

  /** One frame of the animation: its image, and the dot on the plane. @param {number} frame */
  showFrame(frame) {
    const { networks } = this.plane.answers;
    const { codes, images, shape } = this.film;
    const z = codes[frame];
    paint(this.player.image, networks ? networks.decode(z, this.plane.header.y ?? null) : images[Math.floor(frame / BETWEEN)], shape);
    this.marks.run(z);
    this.strip.mark(Math.floor(frame / BETWEEN));
  }
}

/** @type {import("../plane/tools.js").Tool} */
export const paths = { id: ID, title: "Paths and arithmetic", host: "below", Kind: PathTool };
