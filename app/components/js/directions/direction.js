/**
 * A direction through the codes: the line centre + t·step. Moving a code along it changes its coordinate t alone.
 */

/** @typedef {{centre: ArrayLike<number>, step: ArrayLike<number>}} Direction d values each */

/**
 * The coordinate t of z: that of its orthogonal projection onto the line.
 * @param {Direction} direction
 * @param {ArrayLike<number>} z
 * @returns {number}
 */
export function coordinateOf({ centre, step }, z) {
  let [sum, square] = [0, 0];
  for (let j = 0; j < step.length; j++) {
    sum += (z[j] - centre[j]) * step[j];
    square += step[j] * step[j];
  }
  return sum / square;
}

/**
 * z moved along the direction to coordinate t.
 * @param {Direction} direction
 * @param {ArrayLike<number>} z
 * @param {number} t
 * @returns {Float32Array}
 */
export function moveAlong(direction, z, t) {
  const shift = t - coordinateOf(direction, z);
  return Float32Array.from(z, (value, j) => value + shift * direction.step[j]);
}

/**
 * From a (t = 0) to b (t = 1).
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @returns {Direction}
 */
export const directionBetween = (a, b) => ({
  centre: Float32Array.from(a),
  step: Float32Array.from(b, (value, j) => value - a[j]),
});

/** The length of a step. @param {Direction} direction @returns {number} */
export const stepLength = ({ step }) => Math.hypot(...Array.from(step));
