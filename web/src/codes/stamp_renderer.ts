/**
 * The codes as markers. Each class's marker is drawn once as a stamp; the stamps are then copied pixel by pixel into
 * one bitmap. For 70,000 points that is several times faster than as many canvas calls, and it needs no WebGL.
 * `gpu_renderer.ts` draws the same stamps on a GPU, faster still.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { UNLABELLED_COLOUR } from "../base/colours.ts";
import { element } from "../base/dom.ts";
import { drawMarker } from "./markers.ts";
import type { Viewport } from "../view/viewport.ts";

/** RGBA, straight alpha */
export type Stamp = { size: number; pixels: Uint32Array };
/** Where stamps are printed; left, top: pixels of the plane's origin. */
type Sheet = { target: Uint32Array; width: number; height: number; scale: number; left: number; top: number };
export type Codes = {
  xy: Float32Array;
  labels: ArrayLike<number> | null;
  content?: ArrayLike<number> | null;
  colours: string[];
  shapes: string[];
};

const GREYED_OPACITY = 0.3; // of codes outside the selection
const MAX_RIMMED_CODES = 1000; // more codes have no rim, which would hide others
// the opacity of so many codes or fewer, and that of MAX_RIMMED_CODES or more, whose density shows by it
const FEW_CODES = { count: 200, opacity: 0.9 };
const MANY_OPACITY = 0.45;
const RING_OPACITY = 0.7; // of the open circles of codes without a class, which are thin lines

export const classColour = (codes: Codes, label: number): string =>
  label < 0 ? UNLABELLED_COLOUR : codes.colours[label % codes.colours.length];

/** @returns null for a code without a class */
export const classShape = (codes: Codes, label: number): string | null =>
  label < 0 ? null : codes.shapes[label % codes.shapes.length];

/** Radius of a marker in CSS pixels: smaller for more codes, larger for a closer view. */
export function markerRadius(count: number, zoom: number): number {
  const base = Math.min(4.2, Math.max(1.1, 22 / Math.max(1, count) ** 0.22));
  return Math.min(8, base * Math.max(1, zoom) ** 0.3);
}

/** The opacity of markers: lower for more codes, so that the picture is darker where they lie denser. */
export function markerOpacity(count: number): number {
  const share =
    Math.log(Math.max(count, FEW_CODES.count) / FEW_CODES.count) / Math.log(MAX_RIMMED_CODES / FEW_CODES.count);
  return FEW_CODES.opacity + (MANY_OPACITY - FEW_CODES.opacity) * Math.min(1, share);
}

/** The markers of the classes as stamps, each made once for a size and colour. */
export class StampCache {
  stamps: Map<string, Stamp> = new Map();

  /**
   * The stamps of codes without a class and then of each class, all of one size; null for a hidden class.
   * @param radius device pixels
   * @param halo colour around each marker, if there are few
   * @param areGreyed whether they are for codes outside the selection
   */
  stampsFor(
    codes: Codes,
    hidden: ReadonlySet<number>,
    radius: number,
    halo: string,
    areGreyed: boolean,
  ): (Stamp | null)[] {
    const size = Math.round(radius * 4) / 4; // quarter pixels, so that a zoom makes few stamps
    if (this.stamps.size > 600) this.stamps.clear();
    const count = codes.xy.length / 2;
    const rim = count > MAX_RIMMED_CODES ? null : halo;
    const opacity = Math.round(100 * markerOpacity(count)) / 100;
    const labels = Array.from({ length: codes.colours.length + 1 }, (_, k) => k - 1);
    return labels.map((label) => {
      if (hidden.has(label)) return null;
      const colour = areGreyed ? UNLABELLED_COLOUR : classColour(codes, label);
      const shape = classShape(codes, label);
      const key = JSON.stringify([colour, shape, size, rim, opacity, areGreyed]);
      const stamp =
        this.stamps.get(key) ?? makeStamp(colour, shape, size, rim, stampOpacity(shape, opacity, areGreyed));
      this.stamps.set(key, stamp);
      return stamp;
    });
  }
}

/** @param opacity of the markers of classes */
function stampOpacity(shape: string | null, opacity: number, isGreyed: boolean): number {
  if (isGreyed) return GREYED_OPACITY;
  return shape === null ? Math.max(opacity, RING_OPACITY) : opacity;
}

/** The renderer without a GPU. */
export class StampRenderer {
  canvas = document.createElement("canvas");
  bitmap: ImageData | null = null;
  stamps: StampCache;

  constructor(stamps: StampCache) {
    this.stamps = stamps;
  }

  /**
   * Draws all codes of visible classes onto `this.canvas`, in device pixels.
   * @param ratio device pixels for one CSS pixel
   * @param hidden classes
   * @param halo colour around each marker
   * @param selectedMask 1 for codes in colour, 0 for those greyed out; null where all are in colour
   */
  draw(
    codes: Codes,
    view: Viewport,
    ratio: number,
    hidden: ReadonlySet<number>,
    halo: string,
    selectedMask: Uint8Array | null,
  ) {
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (!this.bitmap || this.bitmap.width !== width || this.bitmap.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.bitmap = new ImageData(width, height);
    }
    const target = new Uint32Array(this.bitmap.data.buffer);
    target.fill(0);
    const radius = markerRadius(codes.xy.length / 2, view.zoom) * view.markScale * ratio;
    const scale = view.scale * ratio;
    const [centreX, centreY] = view.canvasCentre;
    const [left, top] = [width / 2 - centreX * scale, height / 2 + centreY * scale];
    const frame = { target, width, height, scale, left, top };
    if (selectedMask)
      this.drawStamps(frame, codes, this.stamps.stampsFor(codes, hidden, radius, halo, true), selectedMask, 0);
    this.drawStamps(frame, codes, this.stamps.stampsFor(codes, hidden, radius, halo, false), selectedMask, 1);
    context2d(this.canvas).putImageData(this.bitmap, 0, 0);
  }

  /** Prints the codes whose entry in `mask` is `wantedMaskValue`, or all codes if `mask` is null. */
  drawStamps(
    { target, width, height, scale, left, top }: Sheet,
    { xy, labels }: Codes,
    stamps: (Stamp | null)[],
    mask: ArrayLike<number> | null,
    wantedMaskValue: number,
  ) {
    for (let k = 0; k < xy.length; k += 2) {
      const stamp = stamps[(labels ? labels[k / 2] : -1) + 1];
      if (!stamp || (mask && mask[k / 2] !== wantedMaskValue)) continue;
      const x = Math.round(left + xy[k] * scale - stamp.size / 2);
      const y = Math.round(top - xy[k + 1] * scale - stamp.size / 2);
      if (x > -stamp.size && y > -stamp.size && x < width && y < height) blendStamp(stamp, target, width, height, x, y);
    }
  }
}

/** @param rim colour around the marker, or none */
function makeStamp(colour: string, shape: string | null, radius: number, rim: string | null, opacity: number): Stamp {
  const size = 2 * Math.ceil(radius * 1.25 + 1) + 1;
  const pen = context2d(element("canvas", { width: size, height: size }));
  const halo = rim !== null && radius > 2 ? { colour: rim, width: radius / 3 } : null;
  drawMarker(pen, shape, size / 2, size / 2, radius, colour, halo);
  const { data } = pen.getImageData(0, 0, size, size);
  for (let offset = 3; offset < data.length; offset += 4) data[offset] = Math.round(data[offset] * opacity);
  return { size, pixels: new Uint32Array(data.buffer) };
}

/** Lays a stamp over the target at (x, y), clipped at the target's edges. */
function blendStamp(stamp: Stamp, target: Uint32Array, width: number, height: number, x: number, y: number) {
  const { size, pixels } = stamp;
  const [first, last] = [Math.max(0, -x), Math.min(size, width - x)];
  const end = Math.min(size, height - y);
  for (let row = Math.max(0, -y); row < end; row++) {
    let sourceIndex = row * size + first;
    let targetIndex = (y + row) * width + x + first;
    for (let column = first; column < last; column++, sourceIndex++, targetIndex++) {
      const top = pixels[sourceIndex];
      const alpha = top >>> 24;
      if (alpha === 0) continue;
      target[targetIndex] =
        alpha === 255 || target[targetIndex] === 0 ? top : blendPixel(top, target[targetIndex], alpha);
    }
  }
}

/** 65,536 divided by each alpha, with which a share of an alpha becomes a weight from 0 to 256. */
const WEIGHT_FACTORS = Float64Array.from({ length: 256 }, (_, alpha) => 65536 / Math.max(1, alpha));

/**
 * One RGBA pixel over another, straight alpha, bytes as the little-endian machine stores them. Two channels are mixed
 * in one multiplication, because every pixel of a translucent marker comes here.
 */
function blendPixel(top: number, bottom: number, alpha: number): number {
  const remaining = ((bottom >>> 24) * (255 - alpha) + 127) / 255;
  const total = alpha + (remaining | 0);
  const weight = (alpha * WEIGHT_FACTORS[total] + 128) >> 8;
  const bottomWeight = 256 - weight;
  const redAndBlue = (Math.imul(top & 0xff00ff, weight) + Math.imul(bottom & 0xff00ff, bottomWeight) + 0x800080) >>> 8;
  const middle =
    (Math.imul((top >>> 8) & 0xff, weight) + Math.imul((bottom >>> 8) & 0xff, bottomWeight) + 0x80) & 0xff00;
  return ((total << 24) | (redAndBlue & 0xff00ff) | middle) >>> 0;
}
