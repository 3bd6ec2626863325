/**
 * Which code lies under the pointer: a grid of buckets over the plane, sorted by counting.
 */

export class HitTester {
  xy: Float32Array;
  side: number;
  origin: number[];
  cellSize: number[];
  starts: Int32Array<ArrayBuffer>;
  order: Int32Array<ArrayBuffer>;

  /** @param xy N×2; points with NaN are never found */
  constructor(xy: Float32Array) {
    this.xy = xy;
    const n = xy.length / 2;
    let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let k = 0; k < xy.length; k += 2) {
      if (!Number.isFinite(xy[k] + xy[k + 1])) continue;
      x0 = Math.min(x0, xy[k]);
      x1 = Math.max(x1, xy[k]);
      y0 = Math.min(y0, xy[k + 1]);
      y1 = Math.max(y1, xy[k + 1]);
    }
    if (x0 > x1) [x0, x1, y0, y1] = [0, 0, 0, 0]; // no point has a place
    this.side = Math.max(1, Math.min(512, Math.round(Math.sqrt(n / 4)))); // about four points a bucket
    this.origin = [x0, y0];
    this.cellSize = [(x1 - x0) / this.side || 1, (y1 - y0) / this.side || 1];
    this.starts = new Int32Array(this.side * this.side + 1);
    this.order = new Int32Array(n);
    this.sortIntoBuckets(n);
  }

  /** Counting sort of the points by bucket. */
  sortIntoBuckets(n: number) {
    const { xy, starts } = this;
    const bucket = new Int32Array(n);
    for (let k = 0; k < n; k++) {
      const isValid = Number.isFinite(xy[2 * k] + xy[2 * k + 1]);
      bucket[k] = isValid ? this.bucketIndex(xy[2 * k], 0) + this.side * this.bucketIndex(xy[2 * k + 1], 1) : -1;
      if (isValid) starts[bucket[k] + 1]++;
    }
    for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
    const nextPositions = starts.slice();
    for (let k = 0; k < n; k++) if (bucket[k] >= 0) this.order[nextPositions[bucket[k]]++] = k;
  }

  bucketIndex(value: number, axis: number): number {
    const cell = Math.floor((value - this.origin[axis]) / this.cellSize[axis]);
    return Math.min(this.side - 1, Math.max(0, cell));
  }

  /**
   * The index of the nearest point within a radius, or −1.
   * @param planeRadius in the plane's units
   * @param isEligible whether point k may be found
   */
  nearestPoint(
    planeX: number,
    planeY: number,
    planeRadius: number,
    isEligible: (k: number) => boolean = () => true,
  ): number {
    let smallest = planeRadius * planeRadius;
    let nearestIndex = -1;
    const [left, right] = [this.bucketIndex(planeX - planeRadius, 0), this.bucketIndex(planeX + planeRadius, 0)];
    const [low, high] = [this.bucketIndex(planeY - planeRadius, 1), this.bucketIndex(planeY + planeRadius, 1)];
    for (let row = low; row <= high; row++) {
      const start = this.starts[row * this.side + left];
      const end = this.starts[row * this.side + right + 1]; // buckets of a row lie side by side
      for (let position = start; position < end; position++) {
        const k = this.order[position];
        const square = (this.xy[2 * k] - planeX) ** 2 + (this.xy[2 * k + 1] - planeY) ** 2;
        if (square <= smallest && isEligible(k)) {
          smallest = square;
          nearestIndex = k;
        }
      }
    }
    return nearestIndex;
  }
}
