/**
 * Lines drawn by hand: x from 0 to 1 across, y downwards in the same unit, in turn.
 */

/** @typedef {number[]} Stroke */
/** @typedef {{paper: string, ink: string}} Colours */

/**
 * The strokes as large as the data set has them, in the middle, so that a line of its usual width can be drawn along them
 * however large the hand drew: scaling the picture afterwards would scale the width too.
 * @param {Stroke[]} strokes
 * @param {number} fill share of the picture that they take with the width of their line
 * @param {number} width of the line
 * @param {number} height of the picture, whose width is 1
 * @returns {Stroke[]}
 */
export function fitted(strokes, fill, width, height) {
  const ends = [0, 1].map((axis) => {
    const values = strokes.flatMap((stroke) => stroke.filter((_, k) => k % 2 === axis));
    return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  });
  const [across, down] = ends.map(([low, high]) => high - low);
  const dot = Math.max(across, down) < width; // has no size of its own that could be scaled
  const scale = dot ? 1 : Math.min((fill - width) / across, (fill * height - width) / down);
  const middle = ends.map(([low, high]) => (low + high) / 2);
  return strokes.map((stroke) => stroke.map((v, k) => (v - middle[k % 2]) * scale + (k % 2 ? height / 2 : 0.5)));
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Stroke[]} strokes
 * @param {number} side pixels that stand for 1
 * @param {number} width of the line, as a share of 1
 * @param {Colours} colours
 */
export function drawStrokes(pen, strokes, side, width, { paper, ink }) {
  pen.fillStyle = paper;
  pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.strokeStyle = ink;
  pen.lineWidth = width * side;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    pen.moveTo(stroke[0] * side, stroke[1] * side);
    for (let k = 0; k < stroke.length; k += 2) pen.lineTo(stroke[k] * side, stroke[k + 1] * side);
    pen.stroke();
  }
}
