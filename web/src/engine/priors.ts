/**
 * The game's priors p(z) in two dimensions (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3): samples, drawn in the
 * order of `aae_core/models/priors/`, samples of a class's region (§2.3), the region of a code, and the density that a
 * VAE needs.
 */

import { memoizeLast } from "../base/memoize.ts";
import { lastIndexAtMost } from "../base/interpolation.ts";
import { CELL_COUNT, HALF_WIDTH, SIDE, cellClass, parsePainting, cellStrength } from "../priors/painting.ts";
import { PETAL, ROLL, petalAxis, petalPoint, rollPoint, petalOffset } from "../priors/kinds.ts";
import { DensityTable } from "../priors/density_table.ts";
import { mapMatrix, matrix, columnSums } from "./matrix.ts";
import { Random } from "./random.ts";
import type { Matrix } from "./matrix.ts";
import type { PriorFields } from "../messages.ts";

/** A prior. */
type PriorSpec = {
  name: string;
  scale: number;
  components: number;
  painting: string;
  support: string;
  extent: number;
  centre: number[];
};

/** Of a user-defined prior. */
type CustomPriorData = { samples: Float32Array; table?: PriorFields };

const SPREAD_SAMPLES = 2000; // samples for `spread`
const EDGE = 2 ** -13; // margin of a painted cell without samples, as a share of its width

/** The base class, and the Gaussian prior. */
export class Prior {
  name: string;
  scale: number;
  regions: number;
  /** Whether its support is bounded. */
  bounded: boolean;
  /** Half-width of a square that holds all but its tails, and the square's middle. */
  extent: number;
  centre: number[];

  constructor({ name, scale, components, support, extent, centre }: PriorSpec) {
    this.name = name;
    this.scale = scale;
    this.regions = components;
    this.bounded = support === "bounded";
    this.extent = extent;
    this.centre = centre;
  }

  sample(n: number, random: Random): Matrix {
    return matrix(
      n,
      2,
      random.normal(2 * n).map((value) => value * this.scale),
    );
  }

  /** One sample of each of these regions. */
  sampleRegions(k: ArrayLike<number>, random: Random): Matrix {
    return this.sample(k.length, random);
  }

  /** Places at scale 1 as codes. */
  codesAtScale(places: number[][]): Matrix {
    return matrix(
      places.length,
      2,
      Float32Array.from(places.flat(), (value) => this.scale * value),
    );
  }

  /** The region that each code belongs to. */
  regionOfCodes(z: Matrix): ArrayLike<number> {
    return new Int32Array(z.rows);
  }

  /**
   * log p(z) of each code, and its derivatives with respect to z; 0 unless a subclass computes them (`kl` has a closed
   * form for the Gaussian).
   */
  logDensity(z: Matrix): { values: Float64Array; slopes: Matrix } {
    return { values: new Float64Array(z.rows), slopes: mapMatrix(z, () => 0) };
  }

  #spread = memoizeLast(() => {
    const samples = this.sample(SPREAD_SAMPLES, new Random(0));
    const means = columnSums(samples).map((sum) => sum / SPREAD_SAMPLES);
    return (
      (2 / (SPREAD_SAMPLES - 1)) *
      samples.values.reduce((sum, value, index) => sum + (value - means[index % 2]) ** 2, 0)
    );
  });

  /** The mean squared distance between two samples. */
  get spread() {
    return this.#spread();
  }
}

class Uniform extends Prior {
  sample(n: number, random: Random): Matrix {
    return matrix(
      n,
      2,
      random.uniform(2 * n).map((u) => (2 * u - 1) * Math.sqrt(3) * this.scale),
    );
  }
}

/** A mixture of Gaussians: petals around the middle, one for each class (§2.3). */
class Mixture extends Prior {
  sample(n: number, random: Random): Matrix {
    return this.sampleRegions(random.integersBelow(this.regions, n), random);
  }

  sampleRegions(k: ArrayLike<number>, random: Random): Matrix {
    const noise = random.normal(2 * k.length);
    return this.codesAtScale(
      Array.from(k, (petal, row) => petalPoint(noise[2 * row], noise[2 * row + 1], this.directionOf(petal))),
    );
  }

  /** The direction of a petal. */
  directionOf(k: number): number[] {
    return petalAxis(k, this.regions);
  }

  /** A code's offset from the middle of each petal. */
  petalOffsets({ values }: Matrix, row: number): number[][] {
    return Array.from({ length: this.regions }, (_, k) =>
      petalOffset(values[2 * row], values[2 * row + 1], this.scale, this.directionOf(k)),
    );
  }

  regionOfCodes(z: Matrix): Int32Array {
    return Int32Array.from({ length: z.rows }, (_, row) => {
      const distances = this.petalOffsets(z, row).map(([u, v]) => Math.hypot(u, v));
      return distances.indexOf(Math.min(...distances));
    });
  }

  logDensity(z: Matrix) {
    const [values, slopes] = [new Float64Array(z.rows), mapMatrix(z, () => 0)];
    const constant = -Math.log(2 * Math.PI * PETAL.along * PETAL.across * this.scale ** 2 * this.regions);
    for (let row = 0; row < z.rows; row++) {
      const places = this.petalOffsets(z, row);
      const logs = places.map(([u, v]) => -0.5 * (u * u + v * v));
      const largest = Math.max(...logs);
      const total = logs.reduce((sum, log) => sum + Math.exp(log - largest), 0);
      values[row] = constant + largest + Math.log(total);
      places.forEach(([u, v], k) => {
        const [cos, sin] = this.directionOf(k);
        const share = Math.exp(logs[k] - largest) / total / this.scale;
        slopes.values[2 * row] -= share * ((u / PETAL.along) * cos - (v / PETAL.across) * sin);
        slopes.values[2 * row + 1] -= share * ((u / PETAL.along) * sin + (v / PETAL.across) * cos);
      });
    }
    return { values, slopes };
  }
}

/** The arc r = 3√u, θ = 4π√u; region k is u from k/K to (k + 1)/K (§2.3). */
class SwissRoll extends Prior {
  arcTable = this.arcPoints(Float64Array.from({ length: ROLL.steps }, (_, k) => k / (ROLL.steps - 1)));

  sample(n: number, random: Random): Matrix {
    return this.arcPoints(random.uniform(n).map(Math.sqrt));
  }

  sampleRegions(k: ArrayLike<number>, random: Random): Matrix {
    return this.arcPoints(random.uniform(k.length).map((u, row) => Math.sqrt((k[row] + u) / this.regions)));
  }

  /** The points at t = √u. */
  arcPoints(t: ArrayLike<number>): Matrix {
    return this.codesAtScale(Array.from(t, rollPoint));
  }

  /** The region of the nearest point of the arc. */
  regionOfCodes({ rows, values }: Matrix): Int32Array {
    const arc = this.arcTable.values;
    return Int32Array.from({ length: rows }, (_, row) => {
      const [x, y] = [values[2 * row], values[2 * row + 1]];
      let [nearestStep, smallest] = [0, Infinity];
      for (let k = 0; k < ROLL.steps; k++) {
        const square = (arc[2 * k] - x) ** 2 + (arc[2 * k + 1] - y) ** 2;
        if (square < smallest) [nearestStep, smallest] = [k, square];
      }
      return Math.min(Math.floor((nearestStep / (ROLL.steps - 1)) ** 2 * this.regions), this.regions - 1);
    });
  }
}

/**
 * A painted prior: uniform within each cell, whose weight is its painted strength; region k is the cells of class k.
 */
class PaintedPrior extends Prior {
  /** The painted cells by class, and within it row by row from below. */
  cells;
  /** The cumulative mass before each cell, and 1 at the end. */
  massBefore: Float32Array<ArrayBuffer>;
  halfWidth: number;
  cellWidth: number;

  constructor(spec: PriorSpec) {
    super(spec);
    const cells = parsePainting(spec.painting);
    const upwards = Int32Array.from(
      { length: CELL_COUNT },
      (_, k) => (SIDE - 1 - Math.floor(k / SIDE)) * SIDE + (k % SIDE),
    );
    const paintedCells = [...upwards.keys()].filter((k) => cellStrength(cells[upwards[k]]));
    this.cells = paintedCells.map((k) => ({
      k,
      owner: cellClass(cells[upwards[k]]),
      strength: cellStrength(cells[upwards[k]]),
    }));
    this.cells.sort((a, b) => a.owner - b.owner || a.k - b.k);
    const total = this.cells.reduce((sum, { strength }) => sum + strength, 0);
    let sum = 0;
    this.massBefore = new Float32Array([0, ...this.cells.map(({ strength }) => (sum += strength) / total)]);
    this.halfWidth = HALF_WIDTH * this.scale;
    this.cellWidth = (2 * this.halfWidth) / SIDE;
  }

  sample(n: number, random: Random): Matrix {
    return this.sampleCells(
      random.uniform(n).map((u) => lastIndexAtMost(this.massBefore, u)),
      random,
    );
  }

  sampleRegions(k: ArrayLike<number>, random: Random): Matrix {
    const ends = Array.from({ length: this.regions }, (_, region) => [
      this.cells.findIndex(({ owner }) => owner === region),
      this.cells.findLastIndex(({ owner }) => owner === region) + 1,
    ]);
    return this.sampleCells(
      random.uniform(k.length).map((u, row) => {
        const [first, end] = ends[k[row]];
        const share = this.massBefore[first] + u * (this.massBefore[end] - this.massBefore[first]);
        return Math.min(end - 1, Math.max(first, lastIndexAtMost(this.massBefore, Math.fround(share))));
      }),
      random,
    );
  }

  /** A uniform sample of each of these cells. */
  sampleCells(cells: ArrayLike<number>, random: Random): Matrix {
    const u = random.uniform(2 * cells.length);
    return matrix(
      cells.length,
      2,
      u.map((share, index) => {
        const { k } = this.cells[cells[index >> 1]];
        return (
          ((index % 2 ? Math.floor(k / SIDE) : k % SIDE) + Math.min(1 - EDGE, Math.max(EDGE, share))) * this.cellWidth -
          this.halfWidth
        );
      }),
    );
  }

  /** The class of the nearest painted cell. */
  regionOfCodes({ rows, values }: Matrix): Int32Array {
    return Int32Array.from({ length: rows }, (_, row) => {
      const [x, y] = [0, 1].map((j) =>
        Math.min(SIDE - 1, Math.max(0, Math.floor((values[2 * row + j] + this.halfWidth) / this.cellWidth))),
      );
      let [nearestOwner, smallest] = [0, Infinity];
      for (const { k, owner } of this.cells) {
        const square = ((k % SIDE) - x) ** 2 + (Math.floor(k / SIDE) - y) ** 2;
        if (square < smallest) [nearestOwner, smallest] = [owner, square];
      }
      return nearestOwner;
    });
  }
}

/**
 * A user-defined prior, which only Python can sample; the page has many of its samples and, if it has a density, a
 * table of it.
 */
class CustomPrior extends Prior {
  samples: Float32Array<ArrayBufferLike>;
  table: DensityTable | undefined;

  constructor(spec: PriorSpec, { samples, table }: CustomPriorData) {
    super(spec);
    this.samples = samples;
    this.table = table && new DensityTable(table);
  }

  sample(n: number, random: Random): Matrix {
    const places = random.integersBelow(this.samples.length / 2, n);
    return matrix(
      n,
      2,
      Float32Array.from({ length: 2 * n }, (_, index) => this.samples[2 * places[index >> 1] + (index % 2)]),
    );
  }

  /** Interpolated within the table; beyond it, continued linearly from the nearest place within. */
  logDensity(z: Matrix) {
    const [values, slopes] = [new Float64Array(z.rows), mapMatrix(z, () => 0)];
    const { table } = this;
    if (!table) return { values, slopes };
    for (let row = 0; row < z.rows; row++) {
      const code = z.values.subarray(2 * row, 2 * row + 2);
      const steps = table.knots.map((knots) => (knots[knots.length - 1] - knots[0]) / knots.length / 8);
      const innerPoint = table.knots.map((knots, j) =>
        Math.min(knots[knots.length - 1] - steps[j], Math.max(knots[0] + steps[j], code[j])),
      );
      values[row] = table.logDensity(innerPoint);
      for (const j of [0, 1]) {
        const [below, above] = [-1, 1].map((sign) =>
          table.logDensity(innerPoint.map((value, i) => value + (i === j ? sign * steps[j] : 0))),
        );
        const slope = (above - below) / (2 * steps[j]);
        slopes.values[2 * row + j] = slope;
        values[row] += slope * (code[j] - innerPoint[j]);
      }
    }
    return { values, slopes };
  }
}

const KINDS: Record<string, new (spec: PriorSpec) => Prior> = {
  gaussian: Prior,
  uniform: Uniform,
  mixture: Mixture,
  "swiss-roll": SwissRoll,
  painted: PaintedPrior,
};

/** @param data for a user-defined prior */
export const makePrior = (spec: PriorSpec, data?: CustomPriorData): Prior =>
  data ? new CustomPrior(spec, data) : new KINDS[spec.name](spec);
