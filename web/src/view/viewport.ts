/**
 * The view transform: the visible part of the plane, with one scale for both axes. Plane coordinates grow to the right
 * and upwards, screen coordinates (CSS pixels) to the right and downwards.
 */

export const MAX_ZOOM = 400; // a pixel is then about a hundred float32 steps wide
const MIN_ZOOM = 0.25;

export class Viewport {
  /** Size of the canvas in CSS pixels; 0 while the component sits in a hidden tab. */
  width = 0;
  height = 0;
  /** CSS pixels at the left edge that the visible square leaves free, for the legend. */
  reserve = 0;
  /** The home frame: half-width and middle of the square that reset shows. */
  extent = 1;
  homeCentre = [0, 0];
  centre = [0, 0];
  zoom = 1;
  /** How many times as large as usual marks are drawn. */
  markScale = 1;

  /** The side of the visible square in CSS pixels. */
  get side() {
    return Math.min(this.width - this.reserve, this.height);
  }

  /** The middle of the visible square: that of the canvas, or as far to the right of it as the reserve demands. */
  get middle() {
    return [Math.max(this.width / 2, this.reserve + this.side / 2), this.height / 2];
  }

  /** Pixels for one unit of the plane. */
  get scale() {
    return (this.side / 2 / this.extent) * this.zoom || 1;
  }

  /** A new size of the canvas, which leaves the middle and the zoom as they are. */
  resize(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  /**
   * Sets another home frame. A view that the user has panned or zoomed stays as it is; otherwise the new home frame is
   * shown.
   */
  setHome(extent: number, homeCentre: number[]) {
    const hasMoved = !this.isAtHome;
    const previousExtent = this.extent;
    this.extent = extent;
    this.homeCentre = homeCentre;
    if (hasMoved)
      this.zoom *= extent / previousExtent; // not by `scale`, which is 1 in a hidden tab
    else this.goHome();
  }

  get isAtHome() {
    return this.zoom === 1 && this.centre[0] === this.homeCentre[0] && this.centre[1] === this.homeCentre[1];
  }

  goHome() {
    this.zoom = 1;
    this.centre = [...this.homeCentre];
  }

  /** Shows the square around the middle of a box, as wide as its longer side. */
  showBox({ x0, x1, y0, y1 }: { x0: number; x1: number; y0: number; y1: number }) {
    const half = Math.max(x1 - x0, y1 - y0) / 2;
    if (!(half > 0)) return;
    this.zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, this.extent / half));
    this.centre = this.clampCentre((x0 + x1) / 2, (y0 + y1) / 2);
  }

  /** Shows the same part of the plane as another view. */
  copyFrom(source: Viewport) {
    this.zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, (this.extent / source.extent) * source.zoom));
    this.centre = this.clampCentre(source.centre[0], source.centre[1]);
  }

  toScreen(x: number, y: number): [number, number] {
    const scale = this.scale;
    const [middleX, middleY] = this.middle;
    return [middleX + (x - this.centre[0]) * scale, middleY - (y - this.centre[1]) * scale];
  }

  toPlane(px: number, py: number): [number, number] {
    const scale = this.scale;
    const [middleX, middleY] = this.middle;
    return [this.centre[0] + (px - middleX) / scale, this.centre[1] - (py - middleY) / scale];
  }

  /** Zooms so that the place under the pointer stays under it. */
  zoomAt(factor: number, px: number, py: number) {
    const [x, y] = this.toPlane(px, py);
    this.zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, this.zoom * factor));
    const [nowX, nowY] = this.toPlane(px, py);
    this.centre = this.clampCentre(this.centre[0] + x - nowX, this.centre[1] + y - nowY);
  }

  /** Moves what is seen by so many pixels. */
  panBy(dx: number, dy: number) {
    const scale = this.scale;
    this.centre = this.clampCentre(this.centre[0] - dx / scale, this.centre[1] + dy / scale);
  }

  /** Keeps the middle near the home frame: a map that was panned out of sight looks broken. */
  clampCentre(x: number, y: number): [number, number] {
    const reach = 2 * this.extent;
    const clamp = (value: number, middle: number) => Math.min(middle + reach, Math.max(middle - reach, value));
    return [clamp(x, this.homeCentre[0]), clamp(y, this.homeCentre[1])];
  }

  /** The place in the middle of the canvas. */
  get canvasCentre() {
    return this.toPlane(this.width / 2, this.height / 2);
  }

  /** The square around the middle that is visible whatever the canvas's shape; `showBox` restores exactly this view. */
  get visibleSquare() {
    const half = this.extent / this.zoom;
    const [x, y] = this.centre;
    return { x0: x - half, x1: x + half, y0: y - half, y1: y + half };
  }

  /** The visible part of the plane. */
  get visibleBox() {
    const [x0, y1] = this.toPlane(0, 0);
    const [x1, y0] = this.toPlane(this.width, this.height);
    return { x0, x1, y0, y1 };
  }
}

/** Round numbers for an axis from low to high, about `count` of them. */
export function axisTicks(low: number, high: number, count: number): number[] {
  const roughStep = (high - low) / Math.max(1, count);
  if (!(roughStep > 0) || !Number.isFinite(roughStep)) return [];
  const power = 10 ** Math.floor(Math.log10(roughStep));
  const step = power * ([1, 2, 5].find((multiple) => multiple * power >= roughStep * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => (first + k) * step);
}
