/**
 * A direction through the codes: the line centre + t·step. Moving a code along it changes its coordinate t alone.
 */

/** D values each. */
export type Direction = { centre: ArrayLike<number>; step: ArrayLike<number> };

/** The coordinate t of z: that of its orthogonal projection onto the line. */
export function coordinateOf({ centre, step }: Direction, z: ArrayLike<number>): number {
  let [sum, square] = [0, 0];
  for (let j = 0; j < step.length; j++) {
    sum += (z[j] - centre[j]) * step[j];
    square += step[j] * step[j];
  }
  return sum / square;
}

/** z moved along the direction to coordinate t. */
export function moveAlong(direction: Direction, z: ArrayLike<number>, t: number): Float32Array {
  const shift = t - coordinateOf(direction, z);
  return Float32Array.from(z, (value, j) => value + shift * direction.step[j]);
}

/** From a (t = 0) to b (t = 1). */
export const directionBetween = (a: ArrayLike<number>, b: ArrayLike<number>): Direction => ({
  centre: Float32Array.from(a),
  step: Float32Array.from(b, (value, j) => value - a[j]),
});

/** The length of a step. */
export const stepLength = ({ step }: Direction): number => Math.hypot(...Array.from(step));
