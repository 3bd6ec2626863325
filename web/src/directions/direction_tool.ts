/**
 * The tool for directions of the latent space: from one group of codes to another, principal ones in order of how much
 * they change the image, and those of known factors. Each has images along it, and a slider that moves z.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { FeatureChart } from "../base/feature_chart.ts";
import { element, setText } from "../base/dom.ts";
import { copyCanvas } from "../base/pictures.ts";
import { formatNumber, formatPercent } from "../base/number_format.ts";
import { GROUP_NAMES, groupsOfRevision, groupsToText, setGroupsFromText } from "../choice/code_groups.ts";
import { LatestOnly } from "../host/server.ts";
import { contentSentence, decodeCodes } from "../networks/decode_codes.ts";
import { makeMeans, fillSelect } from "../paths/code_means.ts";
import { directionBetween, stepLength } from "./direction.ts";
import { DirectionRow } from "./direction_row.ts";
import { makeGroupMarks } from "./group_marks.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { ShownDirection as Shown } from "./direction_row.ts";
import type { Direction as Measured, Server } from "../host/server.ts";
import type { Mean } from "../paths/code_means.ts";
import type { DirectionsPlane } from "./planes.ts";
import type { Networks } from "../networks/networks.ts";
import type { Direction } from "./direction.ts";
import type { Tool } from "../base/planes.ts";

const ID = "directions";
const PLACES = [-2, -1, 0, 1, 2]; // standard deviations
const SHARES = [-0.5, 0, 0.5, 1, 1.5]; // of the way from one group to the other
const HINT = translate("Select codes with the lasso and mark them as group A, then others as group B.");
const CLASSES_HINT = translate(
  "Select codes with the lasso and mark them as group A, then others as group B. Means of classes can be chosen too.",
);
const MEASURING_TEXT = translate("Measuring what each direction changes …");
const PRINCIPAL_NOTES = {
  images: translate(
    "Ordered by the root-mean-square change of the decoded pixels (0 to 1) for one standard deviation of the codes.",
  ),
  rows: translate(
    "Ordered by the root-mean-square change of the decoded features, in standard deviations of each, for one standard deviation of the codes.",
  ),
};
const END_LABELS = [translate("From: end of the direction"), translate("To: end of the direction")];
const END_TITLES = [translate("From"), translate("To")];
const FACTORS_NOTE = translate(
  "How codes move with each known factor while the others stay fixed; a step is one standard deviation of the codes. R² is that of a linear fit of the factor, measured on codes not used for the fit.",
);

const signedNumber = (t: number): string =>
  formatNumber(t).startsWith("−") || !Number(t.toFixed(2)) ? formatNumber(t) : `+${formatNumber(t)}`;

const fieldset = (title: string, ...parts: HTMLElement[]): HTMLFieldSetElement =>
  element("fieldset", { class: "lp-arithmetic" }, element("legend", {}, title), ...parts);

class DirectionTool {
  plane: DirectionsPlane;
  getMeans;
  changeDetectors = {
    revision: createChangeDetector(),
    serverId: createChangeDetector(),
    ends: createChangeDetector(),
    images: createChangeDetector(),
  };
  showLine;
  /** The direction between the two ends, and those that the server measured. */
  rows: { ends: DirectionRow[]; principal: DirectionRow[]; factors: DirectionRow[] } = {
    ends: [],
    principal: [],
    factors: [],
  };
  measureRequests = new LatestOnly(
    (server: Server, signal) => server.fetchDirections(signal),
    (directions) => this.showMeasured(directions),
    (error) => setText(this.measuringNote, error.message),
  );
  imageRequests;
  chart = new FeatureChart(translate("Image decoded at z, beside the directions"));
  image = this.chart.canvas;
  ends: HTMLSelectElement[];
  hosts = {
    ends: element("div", {}),
    principal: element("div", { class: "lp-directions" }),
    factors: element("div", { class: "lp-directions" }),
  };
  status = element("p", { role: "status" }, HINT);
  measuringNote = element("p", { class: "lp-way", role: "status" });
  principalNote = element("p", { class: "lp-note" });
  choices: HTMLDivElement;
  factorsSection = fieldset(
    translate("Known factors"),
    element("p", { class: "lp-note" }, FACTORS_NOTE),
    this.hosts.factors,
  );

  constructor(plane: DirectionsPlane, section: HTMLElement) {
    this.plane = plane;
    this.getMeans = makeMeans(plane);
    this.showLine = makeGroupMarks(plane, () => this.isOpen);
    this.imageRequests = new LatestOnly(
      (rows: DirectionRow[], signal) =>
        decodeCodes(
          plane,
          rows.flatMap((row) => row.codesAlong(plane.z)),
          signal,
        ),
      ({ images, shape }, rows) =>
        rows.forEach((row, k) => row.strip.showImages(images.slice(k * PLACES.length, (k + 1) * PLACES.length), shape)),
      (error) => setText(this.status, error.message),
    );
    const choose = () => this.setEnds({ from: this.ends[0].value, to: this.ends[1].value });
    this.ends = END_LABELS.map((label) => element("select", { "aria-label": label, onchange: choose }));
    const [from, to] = this.ends.map((select, k) => element("label", { class: "lp-field" }, END_TITLES[k], select));
    this.choices = element("div", { class: "lp-ends" }, from, to);
    this.factorsSection.hidden = true;
    section.append(this.buildBody());
    this.addListeners();
  }

  buildBody() {
    return element(
      "div",
      { class: "lp-directed" },
      this.chart.frame,
      element(
        "div",
        {},
        fieldset(translate("From one group to another"), this.choices, this.status, this.hosts.ends),
        fieldset(translate("Principal directions"), this.principalNote, this.measuringNote, this.hosts.principal),
        this.factorsSection,
      ),
    );
  }

  addListeners() {
    const { events, urlState } = this.plane;
    for (const name of ["data", "networks", "moment"] as const) events.on(name, () => this.refresh());
    events.on("tool", ({ id }) => {
      if (id === ID) this.refresh();
    });
    events.on("group", () => {
      this.plane.tools.openSection(ID);
      this.setEnds({ from: "", to: "" });
    });
    events.on("z", ({ source }) => {
      if (!this.isOpen) return;
      if (source === "python" || source === "link") this.updateImages();
      else this.onZMoving();
    });
    events.on("commit", () => {
      if (this.isOpen) this.updateImages();
    });
    events.on("drawn", () => {
      if (this.isOpen) copyCanvas(this.image, this.plane.panel.image);
    }); // the panel's own image may be scrolled out of view
    events.on("close", () => [this.measureRequests, this.imageRequests].forEach((requests) => requests.cancel()));
    urlState?.addSetting(ID, {
      toText: () => groupsToText(this.markedGroups),
      restore: (text) => {
        setGroupsFromText(this.markedGroups, text);
        this.refresh();
      },
    });
  }

  get isOpen() {
    return this.plane.tools.isOpen(ID);
  }

  get markedGroups() {
    return groupsOfRevision(this.plane.header.revision);
  }

  // The directions ----------------------------------------------------------------------------------------------------

  /** Updates the tool while it is open, because codes, groups, content or networks may have changed. */
  refresh() {
    if (!this.isOpen) return this.showLine([]);
    const { decoder, header } = this.plane;
    this.chart.setFeatures(header.features ?? null);
    setText(this.principalNote, PRINCIPAL_NOTES[header.features ? "rows" : "images"]);
    if (this.changeDetectors.revision(header.revision)) this.showMeasured([]);
    if (this.changeDetectors.serverId(decoder.server.id)) this.requestDirections(decoder.server);
    if (this.changeDetectors.ends(this.getMeans(), this.markedGroups.from, this.markedGroups.to))
      this.updateEndsDirection();
    this.updateImages();
    copyCanvas(this.image, this.plane.panel.image);
  }

  requestDirections(server: Server) {
    this.measureRequests.cancel();
    if (!server.canRequest("directions")) return;
    setText(this.measuringNote, MEASURING_TEXT);
    this.measureRequests.submit(server);
  }

  /** Takes the directions that the server measured. */
  showMeasured(directions: Measured[]) {
    setText(this.measuringNote, "");
    const [factors, principal] = [true, false].map((isFactor) =>
      directions.filter(({ fit }) => (fit !== null) === isFactor),
    );
    this.factorsSection.hidden = !factors.length;
    this.setRows(
      "principal",
      principal.map((direction) =>
        deviationsDirection(
          direction,
          translate("{share} of the variance, changes by {change}", {
            share: formatPercent(direction.share ?? NaN),
            change: formatNumber(direction.change, 3),
          }),
        ),
      ),
    );
    this.setRows(
      "factors",
      factors.map((direction) =>
        deviationsDirection(
          direction,
          translate("R² {fit}, changes by {change}", {
            fit: formatNumber(direction.fit ?? NaN),
            change: formatNumber(direction.change, 3),
          }),
        ),
      ),
    );
    this.updateImages();
  }

  /**
   * Sets up the direction between the chosen ends: by default the marked groups, and the first classes in place of
   * missing ones.
   */
  updateEndsDirection() {
    const meansByName = this.getMeans();
    const options = [...meansByName].map(([value, { title }]) => [value, title] as [string, string]);
    const defaults = GROUP_NAMES.map((name, k) => (meansByName.has(name) ? name : (options[k]?.[0] ?? "")));
    const preferred = [this.markedGroups.from, this.markedGroups.to];
    this.ends.forEach((select, k) => fillSelect(select, options, preferred[k], defaults[k]));
    this.choices.hidden = !options.length;
    const ends = this.ends.flatMap(({ value }) => meansByName.get(value) ?? []);
    const direction = ends.length === 2 ? directionBetween(ends[0].z, ends[1].z) : null;
    const usableDirection = direction && stepLength(direction) > 0 ? direction : null;
    setText(
      this.status,
      usableDirection
        ? joinSentences(
            translate("From the mean of one group to that of the other."),
            contentSentence(this.plane.header),
          )
        : this.plane.header.classes.length
          ? CLASSES_HINT
          : HINT,
    );
    this.setRows("ends", usableDirection ? [groupDirection(usableDirection, ends[0], ends[1])] : []);
    this.showLine(usableDirection ? ends.map(({ z }) => z) : []);
  }

  setRows(kind: "ends" | "principal" | "factors", directions: Shown[]) {
    const previousRows = this.rows[kind];
    const rowByName = new Map(previousRows.map((row) => [row.direction.name, row]));
    const rows = directions.map((direction) => {
      const row = rowByName.get(direction.name);
      rowByName.delete(direction.name); // names of factors may be equal
      return row?.showDirection(direction) ?? new DirectionRow(direction, this.plane);
    });
    this.rows = { ...this.rows, [kind]: rows };
    if (rows.length !== previousRows.length || rows.some((row, k) => row !== previousRows[k]))
      reorderRows(
        this.hosts[kind],
        rows.map(({ host }) => host),
      );
  }

  /** Sets the ends of the direction; "" for the default. */
  setEnds(ends: { from: string; to: string }) {
    Object.assign(this.markedGroups, ends);
    this.refresh();
    this.plane.urlState?.scheduleSend(ID);
  }

  // Display -----------------------------------------------------------------------------------------------------------

  get allRows() {
    return [...this.rows.ends, ...this.rows.principal, ...this.rows.factors];
  }

  /** z is moving: the sliders follow, and the images wait until it is at rest. */
  onZMoving() {
    this.plane.scene.tasks.stop(ID);
    this.changeDetectors.images();
    this.moveSliders();
  }

  /** Moves the sliders to z. */
  moveSliders() {
    for (const row of this.allRows) row.moveSlider(this.plane.z);
  }

  /** Decodes the images, once for each place at which z is at rest. */
  updateImages() {
    const { decoder, header, z } = this.plane;
    const networks = decoder.earlierNetworks ?? decoder.networks; // the ones that decode z
    if (!this.isOpen || !this.changeDetectors.images(z.join(), this.rows, header.y, networks, decoder.server.id))
      return;
    const rows = this.allRows;
    for (const row of rows) row.nameImages(z);
    this.moveSliders();
    this.plane.scene.tasks.stop(ID);
    if (networks) this.plane.scene.tasks.start(ID, this.decodeRows(networks, rows));
    else if (rows.length) this.imageRequests.submit(rows);
  }

  /** Decodes in the page one image at a time, as a background task. */
  *decodeRows(networks: Networks, rows: DirectionRow[]) {
    const { header, z } = this.plane;
    for (const row of rows) {
      const images = [];
      for (const code of row.codesAlong(z)) {
        images.push(networks.decode(code, header.y ?? null).slice());
        yield;
      }
      row.strip.showImages(images, networks.image);
    }
  }
}

/** Puts rows into their order around the one that has the focus or is dragged, which put in again would lose both. */
function reorderRows(host: HTMLElement, rows: HTMLElement[]) {
  const anchor = rows.findIndex((row) => row.matches(":focus-within, :active"));
  if (anchor < 0) return host.replaceChildren(...rows);
  for (const row of Array.from(host.children)) if (row !== rows[anchor]) row.remove();
  rows[anchor].before(...rows.slice(0, anchor));
  rows[anchor].after(...rows.slice(anchor + 1));
}

/** A measured direction, in standard deviations. */
const deviationsDirection = (direction: Measured, facts: string): Shown => ({
  ...direction,
  facts,
  places: PLACES,
  marks: PLACES.map((t) => `${signedNumber(t).replace(".00", "")} σ`),
  coordinateText: (t) => translate("{number} standard deviations", { number: formatNumber(t) }),
  shortText: (t) => `${signedNumber(t)} σ`,
});

/** The direction from one mean to another, in shares of the distance. */
const groupDirection = (direction: Direction, start: Mean, end: Mean): Shown => ({
  ...direction,
  name: translate("From {start} to {end}", { start: start.short, end: end.short }),
  facts: translate("{distance} apart", { distance: formatNumber(stepLength(direction)) }),
  places: SHARES,
  marks: ["", start.short, "", end.short, ""],
  coordinateText: (t) => translate("{percent} % of the way", { percent: Math.round(100 * t) }),
  shortText: (t) => `${Math.round(100 * t)} %`.replace("-", "−"),
});

export const directionTool: Tool<DirectionsPlane> = {
  id: ID,
  title: translate("Directions"),
  host: "below",
  Kind: DirectionTool,
};
