/**
 * The tool for paths and arithmetic: waypoints, and the path through them as images, as an animation, as a line on the
 * plane and as files.
 */

import { ArithmeticPanel } from "./arithmetic_panel.ts";
import { contentSentence, decodeCodes } from "../networks/decode_codes.ts";
import { createChangeDetector, throttleToFrame } from "../base/memoize.ts";
import { element, setText } from "../base/dom.ts";
import { PathControls } from "./path_controls.ts";
import { makePathFileButtons } from "./path_files.ts";
import { makePathGeometry } from "./path_geometry.ts";
import { PathMarks } from "./path_marks.ts";
import { FRAMES_PER_IMAGE, PathPlayer } from "./path_player.ts";
import { MAX_WAYPOINTS, routeLegs, restoreRoute, rememberedRoute, routeText } from "./path_route.ts";
import { BARS_NOTE, EMPTY_THRESHOLD, ImageStrip } from "./path_strip.ts";
import { WaypointList } from "./path_waypoints.ts";
import { sampleLegs } from "./path_legs.ts";
import { paintValues, splitEqually } from "../base/pictures.ts";
import { formatSignificant } from "../base/number_format.ts";
import { rewordForRows } from "../base/table_rows.ts";
import { samplePrior } from "../priors/sampling.ts";
import { LatestOnly } from "../host/server.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { Leg } from "./path_legs.ts";
import type { PathPlane } from "./planes.ts";
import type { DecodedImages } from "../networks/decode_codes.ts";
import type { Tool } from "../base/planes.ts";

type ImageRequest = {
  waypoints: Float32Array[];
  /** of all frames, of which every `stride`th can be shown */ codes: Float32Array[];
  /** those of the strip */ stripCodes: Float32Array[];
  stride: number;
};

const ID = "path";
const STRAIGHT_PATH = translate(
  "The path is straight, because the decoder does not run in the page, is too large there for a geodesic, or returns no finite values on the way.",
);
const NOT_ON_PLANE = translate("This plane cannot show it, since its places are no codes.");
const HINT = translate("Place two or more waypoints on the plane: press W there, or use the buttons.");

/**
 * A sentence that compares how much the images change along a geodesic and along the straight line.
 * @param isTable of a table
 */
function geodesicComparisonSentence(legs: Leg[], isTable: boolean): string {
  if (!legs.every((leg) => "direct" in leg)) {
    return STRAIGHT_PATH;
  }
  const [curved, direct] = [legs.map(({ length }) => length), legs.map((leg) => Number(leg.direct))].map((legValues) =>
    legValues.reduce((sum, value) => sum + value, 0),
  );
  const lengths = { curved: formatSignificant(curved, 3), direct: formatSignificant(direct, 3) };
  return isTable
    ? translate(
        "Along it the decoded rows change by {curved}, on the straight line by {direct} (Σ ‖x̂ₖ₊₁ − x̂ₖ‖, levels in 0–1).",
        lengths,
      )
    : translate(
        "Along it the decoded images change by {curved}, on the straight line by {direct} (Σ ‖x̂ₖ₊₁ − x̂ₖ‖, pixels in 0–1).",
        lengths,
      );
}

export class PathTool {
  plane: PathPlane;
  route = rememberedRoute("");
  /** Codes along the path, `FRAMES_PER_IMAGE` frames from one image of the strip to the next. */
  codes: Float32Array[] = [];
  /** What the animation shows: the codes, and the strip's images. */
  animation: { codes: Float32Array[]; images: Float32Array[]; shape: number[] } = {
    codes: [],
    images: [],
    shape: [1, 1, 1],
  };
  geometry;
  haveInputsChanged = createChangeDetector();
  updatePathNextFrame = throttleToFrame(() => this.updatePath());
  decodeRequests;
  marks: PathMarks;
  waypoints: WaypointList;
  controls: PathControls;
  strip: ImageStrip;
  player: PathPlayer;
  arithmetic: ArithmeticPanel;
  status: HTMLParagraphElement;
  decodeNote: HTMLParagraphElement;
  barsNote: HTMLParagraphElement;
  pathSection: HTMLDivElement;

  constructor(plane: PathPlane, section: HTMLElement) {
    this.plane = plane;
    this.geometry = makePathGeometry(plane);
    this.decodeRequests = new LatestOnly(
      ({ waypoints, stripCodes }: ImageRequest, signal) => decodeCodes(plane, [...waypoints, ...stripCodes], signal),
      (result, request) => this.showImages(result, request),
      (error) => (this.decodeNote.textContent = error.message),
    );
    this.marks = new PathMarks(plane, (k, z) => this.changeRoute(() => (this.route.waypoints[k] = z)));
    this.waypoints = new WaypointList(this);
    this.controls = new PathControls(this);
    this.strip = new ImageStrip((k) => this.goToImage(k));
    this.player = new PathPlayer(
      (frame) => this.showFrame(frame),
      (pace) => (this.route.pace = pace),
    );
    this.arithmetic = new ArithmeticPanel(this);
    this.status = element("p", { role: "status" }, HINT);
    this.decodeNote = element("p", { class: "lp-way", role: "status" });
    this.barsNote = element("p", { class: "lp-note" }, BARS_NOTE);
    this.pathSection = element("div", { hidden: true }, this.strip.host, this.barsNote, makePathFileButtons(this));
    const body = element("div", { class: "lp-path" }, this.controls.host, this.player.host);
    section.append(body, this.status, this.decodeNote, this.pathSection, this.arithmetic.host);
    this.addListeners();
  }

  addListeners() {
    const { events } = this.plane;
    events.on("data", () => {
      const { features } = this.plane.header;
      this.player.chart.setFeatures(features ?? null);
      setText(this.barsNote, rewordForRows(BARS_NOTE, Boolean(features)));
      setText(this.controls.itemsLabel, rewordForRows(translate("Images"), Boolean(features)));
      this.refresh();
    });
    events.on("networks", () => this.refresh());
    events.on("drag", ({ on }) => this.player.setSuspended(on || !this.isOpen));
    events.on("tool", ({ id }) => {
      if (id === ID) this.refresh();
    });
    events.on("key", ({ id }) => {
      if (id === ID && this.plane.tools.openSection(ID)) this.addWaypoint(this.plane.z);
    });
    events.on("close", () => this.onSectionClose());
    this.plane.urlState?.addSetting(ID, {
      toText: () => (this.plane.tools.isOpen(ID) ? routeText(this.route) : ""),
      restore: (text) => {
        restoreRoute(rememberedRoute(this.plane.header.revision), text);
        this.haveInputsChanged(); // so that `refresh` computes the path again
        this.refresh();
      },
    });
  }

  get isOpen() {
    return this.plane.tools.isOpen(ID);
  }

  onSectionClose() {
    this.player.setSuspended(true);
    this.arithmetic.close();
    this.decodeRequests.cancel();
    this.updatePathNextFrame.close();
  }

  // Messages from Python ----------------------------------------------------------------------------------------------

  /**
   * Computes the path again if the revision, the codes, the content or the networks have changed, but only while the
   * tool is open.
   */
  refresh() {
    const { plane } = this;
    const route = rememberedRoute(plane.header.revision);
    if (route !== this.route) this.player.paceSlider.value = String(route.pace);
    this.route = route;
    this.player.setSuspended(!this.isOpen || plane.dragging); // a message may come during a drag
    this.controls.randomButton.hidden = !plane.header.prior;
    if (!this.isOpen) return this.marks.setPath([], []);
    this.arithmetic.refresh();
    if (this.haveInputsChanged(route, plane.fields.z, plane.slice, plane.header.y, plane.decoder.networks))
      this.updatePath();
    else this.marks.setPath(route.waypoints, this.codes, route.kind === "geodesic");
  }

  // The user's actions ------------------------------------------------------------------------------------------------

  /** Changes the route; the path is computed once for all changes until the next animation frame. */
  changeRoute(change: () => void) {
    change();
    this.updatePathNextFrame();
    this.plane.urlState?.scheduleSend(ID);
  }

  addWaypoint(z: ArrayLike<number>) {
    if (this.route.waypoints.length >= MAX_WAYPOINTS) {
      this.status.textContent = translate("A path has at most {count} waypoints; remove one first.", {
        count: MAX_WAYPOINTS,
      });
    } else this.changeRoute(() => this.route.waypoints.push(Float32Array.from(z)));
  }

  setRandomWaypoints() {
    const { prior, dim } = this.plane.header;
    if (!prior) return;
    const sample = () => samplePrior(prior, dim, Math.random, this.plane.prior.samples);
    this.changeRoute(() => (this.route.waypoints = [sample(), sample()]));
  }

  /** An image of the strip was clicked. */
  goToImage(k: number) {
    this.player.pauseAt(k * FRAMES_PER_IMAGE);
    this.plane.moveZTo(this.codes[k * FRAMES_PER_IMAGE]);
  }

  // Display -----------------------------------------------------------------------------------------------------------

  updatePath() {
    const { route } = this;
    const hasPath = route.waypoints.length > 1;
    const frames = (route.count - 1) * FRAMES_PER_IMAGE + 1;
    const legs = hasPath ? routeLegs(route, this.geometry) : [];
    this.codes = hasPath ? splitEqually(sampleLegs(legs, frames), frames) : [];
    this.controls.showRoute(route);
    this.waypoints.showWaypoints(route.waypoints);
    this.pathSection.hidden = this.player.host.hidden = !hasPath;
    const stripCodes = this.stripCodes();
    const nearness = stripCodes.map((z) => this.geometry.nearnessAt(z));
    this.strip.showCodes(stripCodes, nearness);
    this.marks.setPath(route.waypoints, this.codes, route.kind === "geodesic");
    this.writeStatus(
      nearness,
      hasPath && route.kind === "geodesic" ? geodesicComparisonSentence(legs, Boolean(this.plane.header.features)) : "",
    );
    this.requestImages();
  }

  /** The strip's codes. */
  stripCodes(): Float32Array[] {
    return this.codes.filter((_, k) => k % FRAMES_PER_IMAGE === 0);
  }

  /** @param change how much the images change, in a sentence */
  writeStatus(nearness: number[], change: string) {
    const { waypoints } = this.route;
    const empty = nearness.filter((share) => share < EMPTY_THRESHOLD).length;
    const { header, slice } = this.plane;
    const isTable = Boolean(header.features);
    if (!nearness.length) {
      setText(this.status, HINT);
      return;
    }
    const counts = { waypoints: waypoints.length, images: nearness.length, empty };
    const path = empty
      ? translate("A path through {waypoints} waypoints, {images} images; {empty} of them in empty space.", counts)
      : translate("A path through {waypoints} waypoints, {images} images; none of them in empty space.", counts);
    const remarks = joinSentences(contentSentence(header), slice.decodable ? "" : NOT_ON_PLANE);
    setText(this.status, joinSentences(rewordForRows(path, isTable), change, remarks));
  }

  /** Requests the images of the waypoints and the strip. */
  requestImages() {
    const { waypoints } = this.route;
    const hasNetworks = Boolean(this.plane.decoder.networks);
    this.decodeNote.textContent =
      hasNetworks || !waypoints.length ? "" : translate("The server is decoding the images …");
    this.decodeRequests.submit({
      waypoints: [...waypoints],
      codes: this.codes,
      stripCodes: this.stripCodes(),
      stride: hasNetworks ? 1 : FRAMES_PER_IMAGE,
    });
  }

  /** Shows decoded images, unless the numbers of images or waypoints have changed since. */
  showImages({ images, shape }: DecodedImages, { waypoints, codes, stride }: ImageRequest) {
    const { route } = this;
    if (codes.length !== this.codes.length || waypoints.length !== route.waypoints.length) return;
    if (codes === this.codes) this.decodeNote.textContent = "";
    this.animation = { codes, images: images.slice(waypoints.length), shape };
    this.waypoints.showImages(images.slice(0, waypoints.length), shape);
    this.strip.showImages(this.animation.images, shape);
    this.player.setFrames(codes.length, stride);
  }

  /** One frame of the animation: its image, and the dot on the plane. */
  showFrame(frame: number) {
    const { networks } = this.plane.decoder;
    const { codes, images, shape } = this.animation;
    const z = codes[frame];
    paintValues(
      this.player.image,
      networks ? networks.decode(z, this.plane.header.y ?? null) : images[Math.floor(frame / FRAMES_PER_IMAGE)],
      shape,
    );
    this.marks.moveDot(z);
    this.strip.markImage(Math.floor(frame / FRAMES_PER_IMAGE));
  }
}

export const pathTool: Tool<PathPlane> = {
  id: ID,
  title: translate("Paths and arithmetic"),
  host: "below",
  Kind: PathTool,
};
