/**
 * Carries out the requests of the game with the page's own training engine (`engine/`), and reports everything that changed.
 */

import { pauses } from "../base/tasks.js";
import { unpack } from "../base/wire.js";
import { LiveGame } from "../engine/game.js";
import { matrix } from "../engine/matrix.js";
import { priorOf } from "../engine/priors.js";
import { Training } from "../engine/training.js";
import { bytes } from "../host/host.js";
import { Once } from "../host/once.js";
import { shared } from "../painting/brush.js";
import { classOf, read, strengthOf, write } from "../priors/painted.js";

/** @import { Answered as Answer, Field, Sent, Setup } from "../../messages.js" */
/** @import { Matrix } from "../engine/matrix.js" */
/** @import { Step } from "../engine/game.js" */
/** @typedef {Sent["game_data"]} Loaded */
/** @typedef {{game: string, setup: Setup, live: LiveGame, data: Loaded}} Kept */

const BREATH = 20; // milliseconds of rounds after which the browser may do other work
const SHOWN = 100; // samples of the prior to show, except in a step of D, which shows its own

/** The game in progress. It outlives the component, so that it continues when the user comes back to the page. @type {Kept | null} */
let kept = null;
/** The number of games begun, by which the first rounds of a game stop once a newer one is begun. */
let begun = 0;

/** Data sets by URL. @type {Once<Loaded>} */
const loaded = new Once(8);

export class Player {
  /** @param {Sent["game_board"]} message the models, priors and data that may be played */
  constructor({ header, fields }) {
    this.header = header;
    this.fields = fields;
  }

  /**
   * Carries out a request. "arrive" begins a game only if there is none yet.
   * @param {import("../../messages.js").GameRequest} said
   * @returns {Promise<Answer>} rejected with one sentence
   */
  async answer(said) {
    const { do: act, rules, times = 1 } = said;
    const there = kept?.game === this.header.game;
    if (act === "begin" || (act === "arrive" && !there)) await this.begin(/** @type {Setup} */ (said.setup), rules);
    const { live } = /** @type {Kept} */ (kept);
    if (rules) live.training.follow(rules);
    if (act === "begin" || act === "arrive") return this.report([live.preview()], true);
    if (act === "step") {
      const phase = said.phase ?? "";
      for (let k = 1; k < times; k++) live.step(phase);
      return this.report([live.shown(phase)]);
    }
    await play(live, times - 1);
    return this.report(live.order.map((phase) => live.shown(phase)));
  }

  /** @param {Setup} asked @param {import("../../messages.js").Rules} [rules] */
  async begin(asked, rules) {
    const { header } = this;
    const turn = ++begun;
    const kind = header.models[String(asked.variant)];
    const why = kind.refused[String(asked.prior)];
    if (why) throw new Error(why);
    const url = header.data[String(asked.data)];
    const data = await loaded.of(url, async () => /** @type {Loaded} */ (unpack(new Uint8Array(await bytes(url, "The data of the game")))));
    const { classes, table } = data.header;
    const values = data.fields.x.values;
    const x = matrix(data.fields.labels.values.length, values.length / data.fields.labels.values.length, Float32Array.from(values, (value) => (table ? value : value / 255)));
    const setup = { ...asked, prior: kind.labels === "discriminator" && !header.priors[String(asked.prior)].regions ? "mixture" : asked.prior };
    const prior = this.prior(String(setup.prior), kind.labels === "discriminator", classes.length);
    const training = new Training(kind, header.nets, { x, labels: data.fields.labels.values, classes: classes.length, table }, prior, Number(asked.seed));
    training.follow(rules ?? Object.fromEntries(header.rules.map(({ name, start }) => [name, start])));
    const plotted = training.images(Int32Array.from(data.fields.plotted.values));
    const live = new LiveGame(training, plotted);
    await play(live, Number(asked.begun), () => turn === begun);
    if (turn !== begun) throw new Error("Another game was begun meanwhile.");
    kept = { game: header.game, setup, live, data };
  }

  /** A prior by name. @param {string} name @param {boolean} regions whether each class needs a region; a painting is then divided among them @param {number} classes */
  prior(name, regions, classes) {
    const { extents, ...shape } = this.header.priors[name];
    const about = { ...shape, ...extents[classes], components: classes };
    const [samples, prior_x, prior_y, prior_log] = [this.fields[`samples.${name}`], this.fields[`x.${name}`], this.fields[`y.${name}`], this.fields[`log.${name}`]];
    if (samples) return priorOf(about, { samples: samples.values, ...(prior_log && { table: { prior_x, prior_y, prior_log } }) });
    const painting = about.painting && regions ? divided(about.painting, classes) : about.painting;
    return priorOf({ ...about, painting });
  }

  /**
   * The state of the plane and the steps as a message; the names of step k's arrays end in ".k".
   * @param {Step[]} steps
   * @param {boolean} [preview] whether the only step has not been made yet
   * @returns {Answer}
   */
  report(steps, preview = false) {
    const { setup, live, data } = /** @type {Kept} */ (kept);
    const { training } = live;
    const { kind } = training.model;
    const plane = live.plane();
    /** @type {Object<string, Field>} */
    const fields = { codes: fieldOf(plane.codes), labels: { values: data.fields.plotted.values.map((n) => data.fields.labels.values[n]), shape: [plane.codes.rows] } };
    if (kind.prior) fields.sample = { values: live.sample.values.subarray(0, 2 * SHOWN), shape: [SHOWN, 2] };
    if (plane.surface) fields.surface = fieldOf(plane.surface);
    steps.forEach(({ x, noisy, before, after }, k) => {
      const pictures = Object.entries({ x, noisy, xhat: before.xhat, xhat2: after.xhat });
      for (const [name, each] of pictures) fields[`${name}.${k}`] = items(each, data);
      const others = Object.entries({ z: before.z, z2: after.z, d: before.dOfZ, d2: after.dOfZ, p: before.prior, dp: before.dOfPrior });
      for (const [name, each] of others) if (each) fields[`${name}.${k}`] = fieldOf(each);
    });
    const { summary, pulls, content, prior, y } = kind;
    const header = {
      v: /** @type {1} */ (1), preview, phases: live.phases, counts: { ...live.counts }, classes: data.header.classes, records: steps.map(saidOf), size: training.size,
      batch: training.step, distance: plane.distance === null ? null : Math.max(0, plane.distance), half: plane.half, centre: plane.centre, rules: training.rules, setup,
      variant: { name: String(setup.variant), summary, pulls: Object.keys(pulls), content, prior, y },
    }; // prettier-ignore
    return /** @type {Answer} */ ({ header, fields });
  }
}

/** Plays rounds while `wanted` is true, letting the browser do other work in between. @param {LiveGame} live @param {number} rounds @param {() => boolean} [wanted] */
async function play(live, rounds, wanted = () => true) {
  const pause = pauses(undefined, BREATH);
  for (let round = 0; round < rounds && wanted(); round++) {
    for (const phase of live.order) live.step(phase);
    await pause();
  }
}

/** The text of a painting in which each class has a part of its own. @param {string} painting @param {number} classes */
function divided(painting, classes) {
  const cells = read(painting);
  const owners = new Set(Array.from(cells).filter(strengthOf).map(classOf));
  const whole = owners.size === classes && Array.from({ length: classes }, (_, k) => k).every((k) => owners.has(k));
  return whole ? painting : write(shared(cells, classes));
}

/** @param {Matrix} a a single column becomes one-dimensional @returns {Field} */
const fieldOf = ({ rows, columns, values }) => ({ values, shape: columns === 1 ? [rows] : [rows, columns] });

/** Images as bytes, rows of a table as levels. @param {Matrix} x @param {Loaded} data @returns {Field} */
function items({ rows, columns, values }, { header: { shape, levels } }) {
  const [times, plus] = levels ?? [[255], [0]];
  const level = (/** @type {number} */ value, /** @type {number} */ at) => times[(at % columns) % times.length] * value + plus[(at % columns) % plus.length];
  return { values: Uint8Array.from(values, (value, at) => Math.min(255, Math.max(0, Math.round(level(value, at))))), shape: [rows, ...shape] };
}

/** @param {Step} step */
function saidOf({ phase, batch, before, after, moved, still }) {
  const terms = Object.fromEntries(Object.entries(before.terms).map(([name, value]) => [name, /** @type {[number, number]} */ ([value, after.terms[name]])]));
  return { phase, batch, loss: /** @type {[number, number]} */ ([before.cost, after.cost]), terms, moved, still };
}
