/**
 * Carries out the requests of the game with the page's own training engine (`engine/`), and reports everything that
 * changed.
 */

import { createYielder } from "../base/task_scheduler.ts";
import { translate } from "../base/translate.ts";
import { unpackMessage } from "../base/wire.ts";
import { LiveGame } from "../engine/game.ts";
import { encodeManyTimes, exampleIndices } from "../engine/many_codes.ts";
import { captureState, restoreState } from "../engine/saved_state.ts";
import { matrix } from "../engine/matrix.ts";
import { makePrior } from "../engine/priors.ts";
import { Training } from "../engine/training.ts";
import { fetchBytes } from "../host/host.ts";
import { PromiseCache } from "../host/promise_cache.ts";
import { assignEqualMassSectors } from "../painting/brush.ts";
import { cellClass, parsePainting, cellStrength, writePainting } from "../priors/painting.ts";
import { storeGame, takeStoredGame } from "./stored_game.ts";
import type { ManyCodes } from "../engine/many_codes.ts";
import type { GameRequest, Answered as Answer } from "../engine_messages.ts";
import type { Rules, GameModel, Field, OutgoingMessages, Setup } from "../messages.ts";
import type { Prior } from "../engine/priors.ts";
import type { Matrix } from "../engine/matrix.ts";
import type { Step } from "../engine/game.ts";

type GameData = OutgoingMessages["game_data"];
type CurrentGame = { game: string; setup: Setup; live: LiveGame; data: GameData };
/**
 * An example encoded many times. posterior: its kind; hasChoice: whether the model may have another one; examples: the
 * images that can be chosen, and the names of their classes.
 */
export type EncodedExample = ManyCodes & {
  posterior: string;
  hasChoice: boolean;
  examples: { images: Field; names: string[] };
};

const SLICE = 20; // milliseconds of rounds after which the browser may do other work
const SHOWN_SAMPLES = 100; // samples of the prior to show, except in a step of D, which shows its own

/** The game in progress. It outlives the component, so that it continues when the user comes back to the page. */
let currentGame: CurrentGame | null = null;
/** The number of games begun, by which the first rounds of a game stop once a newer one is begun. */
let gamesBegun = 0;

/** Data sets by URL. */
const dataCache: PromiseCache<GameData> = new PromiseCache(8);

export class Player {
  header;
  fields;

  /** @param message the models, priors and data that may be played */
  constructor({ header, fields }: OutgoingMessages["game_board"]) {
    this.header = header;
    this.fields = fields;
  }

  /** Stores the game in progress, in case the page is loaded again. */
  storeGame() {
    if (currentGame?.game !== this.header.game) return;
    storeGame({ setup: currentGame.setup, state: captureState(currentGame.live) });
  }

  /**
   * Carries out a request. "arrive" begins a game only if there is none yet.
   * @returns rejected with one sentence
   */
  async answer(request: GameRequest): Promise<Answer> {
    const { do: kind, rules, times = 1 } = request;
    const isRunning = currentGame?.game === this.header.game;
    if (kind === "begin" || (kind === "arrive" && !isRunning)) {
      await this.beginGame(request.setup as Setup, rules, kind === "arrive");
    }
    const { live } = currentGame as CurrentGame;
    if (rules) live.training.applyRules(rules);
    if (kind === "begin" || kind === "arrive") return this.makeAnswer([live.previewStep()], true);
    if (kind === "step") {
      const phase = request.phase ?? "";
      for (let k = 1; k < times; k++) live.step(phase);
      return this.makeAnswer([live.stepWithRecord(phase)]);
    }
    await playRounds(live, times - 1);
    return this.makeAnswer(live.roundPhases.map((phase) => live.stepWithRecord(phase)));
  }

  /** @param canContinue whether the stored game is continued if it began with this setup */
  async beginGame(choice: Setup, rules?: Rules, canContinue: boolean = false) {
    const { header } = this;
    const gameNumber = ++gamesBegun;
    const model = withPosterior(header.models[String(choice.variant)], String(choice.posterior));
    const kind = { ...model, discriminator_sees_content: model.categorical && choice.told === "content" };
    const refusal = kind.refused[String(choice.prior)];
    if (refusal) throw new Error(refusal);
    const url = header.data[String(choice.data)];
    const data = await dataCache.getOrFetch(
      url,
      async () => unpackMessage(new Uint8Array(await fetchBytes(url, translate("The data of the game")))) as GameData,
    );
    const storedGame = canContinue ? takeStoredGame() : null; // not before, as the page may be loaded again meanwhile
    const { classes, table } = data.header;
    const values = data.fields.x.values;
    const x = matrix(
      data.fields.labels.values.length,
      values.length / data.fields.labels.values.length,
      Float32Array.from(values, (value) => (table ? value : value / 255)),
    );
    const setup = {
      ...choice,
      prior: kind.labels === "discriminator" && !header.priors[String(choice.prior)].regions ? "mixture" : choice.prior,
    };
    const prior = this.makePrior(String(setup.prior), kind.labels === "discriminator", classes.length);
    const training = new Training(
      kind,
      { ...header.nets, labels: Number(choice.labels ?? header.nets.labels) },
      { x, labels: data.fields.labels.values, classes: classes.length, table },
      prior,
      Number(choice.seed),
    );
    training.applyRules(rules ?? Object.fromEntries(header.rules.map(({ name, start }) => [name, start])));
    const plottedImages = training.imagesAt(Int32Array.from(data.fields.plotted.values));
    const live = new LiveGame(training, plottedImages);
    const isContinued =
      storedGame !== null && isSameSetup(storedGame.setup, setup) && restoreState(live, storedGame.state);
    if (!isContinued) await playRounds(live, Number(choice.begun), () => gameNumber === gamesBegun);
    if (gameNumber !== gamesBegun) throw new Error(translate("Another game was begun meanwhile."));
    currentGame = { game: header.game, setup, live, data };
  }

  /**
   * An example encoded many times by the present nets; null before the first game.
   * @param example from 0; the last one if there are fewer
   */
  encodeManyTimes(example: number): EncodedExample | null {
    if (!currentGame) return null;
    const { live, data } = currentGame;
    const { training, counts } = live;
    const labels = data.fields.labels.values;
    const indices = exampleIndices(data.fields.plotted.values, labels);
    const steps = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const images = imagesField(training.imagesAt(Int32Array.from(indices)), data);
    const names = indices.map((index) => data.header.classes[labels[index]]);
    const index = indices[Math.min(example, indices.length - 1)];
    return {
      ...encodeManyTimes(training, steps, index),
      posterior: training.model.kind.posterior,
      hasChoice: hasPosteriorChoice(training.model.kind),
      examples: { images, names },
    };
  }

  /**
   * A prior by name.
   * @param needsRegions whether each class needs a region; a painting is then divided among them
   */
  makePrior(name: string, needsRegions: boolean, classes: number): Prior {
    const { extents, ...shape } = this.header.priors[name];
    const spec = { ...shape, ...extents[classes], components: classes };
    const [samples, prior_x, prior_y, prior_log] = [
      this.fields[`samples.${name}`],
      this.fields[`x.${name}`],
      this.fields[`y.${name}`],
      this.fields[`log.${name}`],
    ];
    if (samples)
      return makePrior(spec, { samples: samples.values, ...(prior_log && { table: { prior_x, prior_y, prior_log } }) });
    const painting = spec.painting && needsRegions ? assignSectorsToClasses(spec.painting, classes) : spec.painting;
    return makePrior({ ...spec, painting });
  }

  /**
   * The state of the plane and the steps as a message; the names of step k's arrays end in ".k".
   * @param isPreview whether the only step has not been made yet
   */
  makeAnswer(steps: Step[], isPreview: boolean = false): Answer {
    const { setup, live, data } = currentGame as CurrentGame;
    const { training } = live;
    const { kind } = training.model;
    const plane = live.planeState();
    const distance = plane.distance === null ? null : Math.max(0, plane.distance);
    if (distance !== null && !(isPreview && live.distances.length)) live.recordDistance(distance);
    const fields: Record<string, Field> = {
      codes: matrixField(plane.codes),
      labels: {
        values: data.fields.plotted.values.map((n) => data.fields.labels.values[n]),
        shape: [plane.codes.rows],
      },
    };
    if (plane.contents) fields.contents = { values: plane.contents, shape: [plane.contents.length] };
    if (live.regionSample) fields.prior = matrixField(live.regionSample);
    if (kind.prior)
      fields.sample = { values: live.sample.values.subarray(0, 2 * SHOWN_SAMPLES), shape: [SHOWN_SAMPLES, 2] };
    if (plane.surface) fields.surface = matrixField(plane.surface);
    steps.forEach(({ x, noisy, before, after }, k) => {
      const pictures = Object.entries({ x, noisy, xhat: before.xhat, xhat2: after.xhat });
      for (const [name, values] of pictures) fields[`${name}.${k}`] = imagesField(values, data);
      const matrices = Object.entries({
        z: before.z,
        z2: after.z,
        d: before.dOfZ,
        d2: after.dOfZ,
        y: before.y,
        y2: after.y,
        dy: before.dOfY,
        dy2: after.dOfY,
        p: before.prior,
        dp: before.dOfPrior,
      });
      for (const [name, values] of matrices) if (values) fields[`${name}.${k}`] = matrixField(values);
    });
    const header = {
      v: 1 as 1,
      preview: isPreview,
      phases: live.phases,
      counts: { ...live.counts },
      costs: { ...live.costs },
      classes: data.header.classes,
      records: steps.map(stepReport),
      size: training.batchSize,
      batch: training.stepCount,
      distance,
      distances: live.distances,
      meanD: plane.meanD,
      half: plane.half,
      centre: plane.centre,
      rules: training.rules,
      setup,
      variant: {
        name: String(setup.variant),
        summary: kind.summary,
        prior_costs: Object.keys(kind.prior_cost_weights),
        content: kind.content,
        prior: kind.prior,
        discriminator_sees_content: kind.discriminator_sees_content,
        y: kind.y,
        posterior: kind.posterior,
      },
    };
    return { header, fields } as Answer;
  }
}

/** Whether a model may have another posterior: not with a KL term, which needs a Gaussian one. */
const hasPosteriorChoice = (kind: GameModel): boolean => !("kl" in kind.prior_cost_weights);

/** A model with a kind of posterior, if it may have another. */
const withPosterior = (kind: GameModel, posterior: string): GameModel =>
  hasPosteriorChoice(kind) ? { ...kind, posterior } : kind;

/** Plays rounds while `isWanted` is true, letting the browser do other work in between. */
async function playRounds(live: LiveGame, rounds: number, isWanted: () => boolean = () => true) {
  const yieldToBrowser = createYielder(undefined, SLICE);
  for (let round = 0; round < rounds && isWanted(); round++) {
    for (const phase of live.roundPhases) live.step(phase);
    await yieldToBrowser();
  }
}

/** @param first of a record that may be damaged */
const isSameSetup = (first: Setup | undefined, second: Setup): boolean =>
  Object.keys(second).every((name) => first?.[name] === second[name]);

/** The text of a painting in which each class has a part of its own. */
function assignSectorsToClasses(painting: string, classes: number): string {
  const cells = parsePainting(painting);
  const owners = new Set(Array.from(cells).filter(cellStrength).map(cellClass));
  const isDivided = owners.size === classes && Array.from({ length: classes }, (_, k) => k).every((k) => owners.has(k));
  return isDivided ? painting : writePainting(assignEqualMassSectors(cells, classes));
}

/** @param a a single column becomes one-dimensional */
const matrixField = ({ rows, columns, values }: Matrix): Field => ({
  values,
  shape: columns === 1 ? [rows] : [rows, columns],
});

/** Images as bytes, rows of a table as levels. */
function imagesField({ rows, columns, values }: Matrix, { header: { shape, levels } }: GameData): Field {
  const [times, plus] = levels ?? [[255], [0]];
  const levelOf = (value: number, index: number) =>
    times[(index % columns) % times.length] * value + plus[(index % columns) % plus.length];
  return {
    values: Uint8Array.from(values, (value, index) => Math.min(255, Math.max(0, Math.round(levelOf(value, index))))),
    shape: [rows, ...shape],
  };
}

function stepReport({ phase, batch, before, after, moved, still }: Step) {
  const terms = Object.fromEntries(
    Object.entries(before.terms).map(([name, value]) => [name, [value, after.terms[name]] as [number, number]]),
  );
  return { phase, batch, loss: [before.cost, after.cost] as [number, number], terms, moved, still };
}
