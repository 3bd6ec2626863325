/**
 * The tool for directions of the latent space: from one group of codes to another, principal ones in order of how much they
 * change the image, and those of known factors. Each has images along it, and a slider that moves z.
 */

import { changes } from "../base/anew.js";
import { Chart } from "../base/chart.js";
import { element, write } from "../base/dom.js";
import { copy } from "../base/picture.js";
import { number, percent } from "../base/number_text.js";
import { NAMES, markedOf, markedText, readMarked } from "../choice/groups.js";
import { Newest } from "../host/server.js";
import { contentSaid, decoded } from "../networks/decoded.js";
import { meansOf, offer } from "../paths/means.js";
import { between, lengthOf } from "./direction.js";
import { Row } from "./direction_row.js";
import { groupMarks } from "./group_marks.js";

/** @typedef {import("./direction_row.js").Shown} Shown */
/** @typedef {import("../host/server.js").Measured} Measured */
/** @typedef {import("../paths/means.js").Mean} Mean */

const ID = "directions";
const PLACES = [-2, -1, 0, 1, 2]; // standard deviations
const SHARES = [-0.5, 0, 0.5, 1, 1.5]; // of the way from one group to the other
const HINT = "Select codes with the lasso and mark them as group A, then others as group B.";
const CLASSES = " Means of classes can be chosen too.";
const MEASURING = "Measuring what each direction changes …";
const CHANGE = {
  images: "the root-mean-square change of the decoded pixels (0 to 1)",
  rows: "the root-mean-square change of the decoded features, in standard deviations of each,",
};
const FACTORS_SAID =
  "How codes move with each known factor while the others stay fixed; a step is one standard deviation of the codes. "
  + "R² is that of a linear fit of the factor, measured on codes not used for the fit.";

/** @param {number} t */
const signed = (t) => (number(t).startsWith("−") || !Number(t.toFixed(2)) ? number(t) : `+${number(t)}`);

/** @param {string} title @param {...HTMLElement} parts @returns {any} */
const fieldset = (title, ...parts) => element("fieldset", { class: "lp-arithmetic" }, element("legend", {}, title), ...parts);

class DirectionTool {
  /** @param {import("../plane/plane.js").Plane} plane @param {HTMLElement} section */
  constructor(plane, section) {
    this.plane = plane;
    this.means = meansOf(plane);
    this.changed = { revision: changes(), measured: changes(), ends: changes(), images: changes() };
    this.mark = groupMarks(plane, () => this.open);
    /** The direction between the two ends, and those that the server measured. @type {{ends: Row[], principal: Row[], factors: Row[]}} */
    this.rows = { ends: [], principal: [], factors: [] };
    this.measured = new Newest(
      (/** @type {import("../host/server.js").Server} */ server, given) => server.directions(given),
      (found) => this.take(found),
      (error) => write(this.waiting, error.message),
    );
    this.pictures = new Newest(
      (/** @type {Row[]} */ rows, given) => decoded(plane, rows.flatMap((row) => row.codes(plane.z)), given),
      ({ images, shape }, rows) => rows.forEach((row, k) => row.strip.show(images.slice(k * PLACES.length, (k + 1) * PLACES.length), shape)),
      (error) => write(this.said, error.message),
    );
    this.chart = new Chart("Image decoded at z, beside the directions");
    this.image = this.chart.canvas;
    const choose = () => this.setEnds({ from: this.ends[0].value, to: this.ends[1].value });
    this.ends = ["From", "To"].map((title) => element("select", { "aria-label": `${title}: end of the direction`, onchange: choose }));
    this.hosts = { ends: element("div", {}), principal: element("div", { class: "lp-directions" }), factors: element("div", { class: "lp-directions" }) };
    this.said = element("p", { role: "status" }, HINT);
    this.waiting = element("p", { class: "lp-way", role: "status" });
    this.told = element("p", { class: "lp-said" });
    const [from, to] = this.ends.map((select, k) => element("label", { class: "lp-field" }, ["From", "To"][k], select));
    this.choices = element("div", { class: "lp-ends" }, from, to);
    this.known = fieldset("Known factors", element("p", { class: "lp-said" }, FACTORS_SAID), this.hosts.factors);
    this.known.hidden = true;
    section.append(
      element("div", { class: "lp-directed" },
        this.chart.frame,
        element("div", {},
          fieldset("From one group to another", this.choices, this.said, this.hosts.ends),
          fieldset("Principal directions", this.told, this.waiting, this.hosts.principal),
          this.known)),
    ); // prettier-ignore
    this.listen();
  }

  listen() {
    const { events, kept } = this.plane;
    for (const name of ["data", "networks", "moment"]) events.on(name, () => this.refresh());
    events.on("tool", ({ id }) => id === ID && this.refresh());
    events.on("group", () => {
      this.plane.tools.unfold(ID);
      this.setEnds({ from: "", to: "" });
    });
    events.on("z", ({ by }) => this.open && (by === "python" || by === "link" ? this.picture() : this.move()));
    events.on("commit", () => this.open && this.picture());
    events.on("drawn", () => this.open && copy(this.image, this.plane.panel.image)); // the panel's own image may be scrolled out of view
    events.on("close", () => [this.measured, this.pictures].forEach((each) => each.drop()));
    kept?.add(ID, {
      text: () => markedText(this.marked),
      show: (text) => {
        readMarked(this.marked, text);
        this.refresh();
      },
    }); // prettier-ignore
  }

  get open() {
    return this.plane.tools.isOpen(ID);
  }

  get marked() {
    return markedOf(this.plane.header.revision);
  }

  // The directions -----------------------------------------------------------------------------------------------------

  /** Updates the tool while it is open, because codes, groups, content or networks may have changed. */
  refresh() {
    if (!this.open) return this.mark([]);
    const { answers, header } = this.plane;
    this.chart.take(header.features ?? null);
    write(this.told, `Ordered by ${CHANGE[header.features ? "rows" : "images"]} for one standard deviation of the codes.`);
    if (this.changed.revision(header.revision)) this.take([]);
    if (this.changed.measured(answers.server.id)) this.measure(answers.server);
    if (this.changed.ends(this.means(), this.marked.from, this.marked.to)) this.join();
    this.picture();
    copy(this.image, this.plane.panel.image);
  }

  /** @param {import("../host/server.js").Server} server */
  measure(server) {
    this.measured.drop();
    if (!server.can("directions")) return;
    write(this.waiting, MEASURING);
    this.measured.want(server);
  }

  /** Takes the directions that the server measured. @param {Measured[]} found */
  take(found) {
    write(this.waiting, "");
    const [factors, principal] = [true, false].map((known) => found.filter(({ fit }) => (fit !== null) === known));
    this.known.hidden = !factors.length;
    this.lay("principal", principal.map((each) => ofDeviations(each, `${percent(each.share ?? NaN)} of the variance, changes by ${number(each.change, 3)}`)));
    this.lay("factors", factors.map((each) => ofDeviations(each, `R² ${number(each.fit ?? NaN)}, changes by ${number(each.change, 3)}`)));
    this.picture();
  }

  /** Sets up the direction between the chosen ends: by default the marked groups, and the first classes in place of missing ones. */
  join() {
    const means = this.means();
    const options = [...means].map(([value, { title }]) => /** @type {[string, string]} */ ([value, title]));
    const usual = NAMES.map((name, k) => (means.has(name) ? name : (options[k]?.[0] ?? "")));
    const wished = [this.marked.from, this.marked.to];
    this.ends.forEach((select, k) => offer(select, options, wished[k], usual[k]));
    this.choices.hidden = !options.length;
    const ends = this.ends.flatMap(({ value }) => means.get(value) ?? []);
    const direction = ends.length === 2 ? between(ends[0].z, ends[1].z) : null;
    const there = direction && lengthOf(direction) > 0 ? direction : null;
    write(this.said, there ? `From the mean of one group to that of the other.${contentSaid(this.plane.header)}` : HINT + (this.plane.header.classes.length ? CLASSES : ""));
    this.lay("ends", there ? [ofShares(there, ends[0], ends[1])] : []);
    this.mark(there ? ends.map(({ z }) => z) : []);
  }

  /** @param {"ends" | "principal" | "factors"} kind @param {Shown[]} shown */
  lay(kind, shown) {
    const before = this.rows[kind];
    const known = new Map(before.map((row) => [row.shown.name, row]));
    const rows = shown.map((each) => {
      const row = known.get(each.name);
      known.delete(each.name); // names of factors may be equal
      return row?.take(each) ?? new Row(each, this.plane);
    });
    this.rows = { ...this.rows, [kind]: rows };
    if (rows.length !== before.length || rows.some((row, k) => row !== before[k])) arrange(this.hosts[kind], rows.map(({ host }) => host));
  }

  /** Sets the ends of the direction; "" for the default. @param {{from: string, to: string}} ends */
  setEnds(ends) {
    Object.assign(this.marked, ends);
    this.refresh();
    this.plane.kept?.changed(ID);
  }

  // Display ------------------------------------------------------------------------------------------------------------

  get all() {
    return [...this.rows.ends, ...this.rows.principal, ...this.rows.factors];
  }

  /** z is moving: the sliders follow, and the images wait until it is at rest. */
  move() {
    this.plane.scene.tasks.stop(ID);
    this.changed.images();
    this.follow();
  }

  /** Moves the sliders to z. */
  follow() {
    for (const row of this.all) row.follow(this.plane.z);
  }

  /** Decodes the images, once for each place at which z is at rest. */
  picture() {
    const { answers, header, z } = this.plane;
    const networks = answers.then ?? answers.networks; // the ones that decode z
    if (!this.open || !this.changed.images(z.join(), this.rows, header.y, networks, answers.server.id)) return;
    const rows = this.all;
    for (const row of rows) row.tell(z);
    this.follow();
    this.plane.scene.tasks.stop(ID);
    if (networks) this.plane.scene.tasks.start(ID, this.decode(networks, rows));
    else if (rows.length) this.pictures.want(rows);
  }

  /** Decodes in the page one image at a time, as a background task. @param {import("../networks/decoder.js").Networks} networks @param {Row[]} rows */
  *decode(networks, rows) {
    const { header, z } = this.plane;
    for (const row of rows) {
      const images = [];
      for (const code of row.codes(z)) {
        images.push(networks.decode(code, header.y ?? null).slice());
        yield;
      }
      row.strip.show(images, networks.image);
    }
  }
}

/** Puts rows into their order around the one that has the focus or is dragged, which put in again would lose both. @param {HTMLElement} host @param {HTMLElement[]} rows */
function arrange(host, rows) {
  const at = rows.findIndex((row) => row.matches(":focus-within, :active"));
  if (at < 0) return host.replaceChildren(...rows);
  for (const row of Array.from(host.children)) if (row !== rows[at]) row.remove();
  rows[at].before(...rows.slice(0, at));
  rows[at].after(...rows.slice(at + 1));
}

/** A measured direction, in standard deviations. @param {Measured} measured @param {string} told @returns {Shown} */
const ofDeviations = (measured, told) => ({
  ...measured, told, places: PLACES, marks: PLACES.map((t) => `${signed(t).replace(".00", "")} σ`),
  said: (t) => `${number(t)} standard deviations`, short: (t) => `${signed(t)} σ`,
}); // prettier-ignore

/** The direction from one mean to another, in shares of the distance. @param {import("./direction.js").Direction} direction @param {Mean} from @param {Mean} to @returns {Shown} */
const ofShares = (direction, from, to) => ({
  ...direction, name: `From ${from.short} to ${to.short}`, told: `${number(lengthOf(direction))} apart`, places: SHARES, marks: ["", from.short, "", to.short, ""],
  said: (t) => `${Math.round(100 * t)} % of the way`, short: (t) => `${Math.round(100 * t)} %`.replace("-", "−"),
}); // prettier-ignore

/** @type {import("../plane/tools.js").Tool} */
export const directions = { id: ID, title: "Directions", host: "below", Kind: DirectionTool };
