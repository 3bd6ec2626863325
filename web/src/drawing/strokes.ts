/**
 * Lines drawn by hand: x and y in turn, x from 0 to 1 to the right, y downwards in the same unit.
 */

export type Stroke = number[];
type Colours = { paper: string; ink: string };

/**
 * The strokes centred and scaled to the size of the data set's writing, to be drawn with the data set's line width.
 * Scaling the picture instead would scale the line width too.
 * @param fill share of the picture that they fill, line width included
 * @param width of the line
 * @param height of the picture, whose width is 1
 */
export function fitStrokes(strokes: Stroke[], fill: number, width: number, height: number): Stroke[] {
  const ranges = [0, 1].map((axis) => {
    const values = strokes.flatMap((stroke) => stroke.filter((_, k) => k % 2 === axis));
    return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  });
  const [extentX, extentY] = ranges.map(([low, high]) => high - low);
  const isDot = Math.max(extentX, extentY) < width; // a dot has no size to scale
  const scale = isDot ? 1 : Math.min((fill - width) / extentX, (fill * height - width) / extentY);
  const middle = ranges.map(([low, high]) => (low + high) / 2);
  return strokes.map((stroke) => stroke.map((v, k) => (v - middle[k % 2]) * scale + (k % 2 ? height / 2 : 0.5)));
}

/**
 * @param side pixels for a length of 1
 * @param width of the line, as a share of 1
 */
export function drawStrokes(
  pen: CanvasRenderingContext2D,
  strokes: Stroke[],
  side: number,
  width: number,
  { paper, ink }: Colours,
) {
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
