/**
 * The codes drawn by the GPU: the stamps of `stamp_renderer.ts` as point sprites at whole pixels, so that both
 * renderers draw the same image.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { StampCache, markerRadius } from "./stamp_renderer.ts";
import type { Codes, Stamp, StampRenderer } from "./stamp_renderer.ts";

const COLUMNS = 16; // stamps side by side on the sheet
const HIDDEN_STAMP = 65535; // the stamp of a code that is not drawn

const VERTEX = `#version 300 es
precision highp float;
in vec2 place; in float stamp;
uniform vec2 centre, canvas; uniform float scale, size, first, end;
flat out int cell;
void main() {
  bool drawn = stamp >= first && stamp < end && !isnan(place.x + place.y);
  vec2 corner = floor(canvas / 2.0 + (place - centre) * vec2(scale, -scale) - size / 2.0 + 0.5);
  vec2 middle = (corner + size / 2.0 + size) / (canvas + 2.0 * size); // the viewport has a margin of a stamp
  gl_Position = drawn ? vec4(2.0 * middle.x - 1.0, 1.0 - 2.0 * middle.y, 0, 1) : vec4(9, 9, 0, 1);
  gl_PointSize = size;
  cell = int(stamp);
}`;

const FRAGMENT = `#version 300 es
precision highp float; precision highp int;
flat in int cell;
uniform float size; uniform sampler2D sheet;
out vec4 colour;
void main() {
  ivec2 at = ivec2(cell % ${COLUMNS}, cell / ${COLUMNS}) * int(size) + ivec2(gl_PointCoord * size);
  colour = texelFetch(sheet, at, 0);
  if (colour.a == 0.0) discard;
}`;

export class GpuRenderer {
  /**
   * A renderer, or null where there is no WebGL2.
   * @param onLost called when the browser takes the GPU away
   */
  static create(stamps: StampCache, onLost: () => void): GpuRenderer | null {
    const canvas = document.createElement("canvas");
    const options = { antialias: false, depth: false, preserveDrawingBuffer: true };
    const gl = canvas.getContext("webgl2", options) as WebGL2RenderingContext | null;
    const program = gl && compileProgram(gl);
    if (!gl || !program) return null;
    return new GpuRenderer(canvas, gl, program, stamps, onLost);
  }

  canvas: HTMLCanvasElement;
  onLost: () => void;
  gl: WebGL2RenderingContext;
  program: WebGLProgram;
  stamps: StampCache;
  placeBuffer: WebGLBuffer;
  stampBuffer: WebGLBuffer;
  /** Whether the contents of the sheet and of the buffers are out of date. */
  changeDetectors;

  constructor(
    canvas: HTMLCanvasElement,
    gl: WebGL2RenderingContext,
    program: WebGLProgram,
    stamps: StampCache,
    onLost: () => void,
  ) {
    this.canvas = canvas;
    this.onLost = onLost;
    canvas.addEventListener("webglcontextlost", onLost);
    this.gl = gl;
    this.program = program;
    this.stamps = stamps;
    this.placeBuffer = gl.createBuffer();
    this.stampBuffer = gl.createBuffer();
    this.changeDetectors = {
      sheet: createChangeDetector(),
      places: createChangeDetector(),
      cells: createChangeDetector(),
    };
    gl.useProgram(program);
    this.bindAttribute("place", this.placeBuffer, 2, gl.FLOAT);
    this.bindAttribute("stamp", this.stampBuffer, 1, gl.UNSIGNED_SHORT);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** @param type of number */
  bindAttribute(name: string, buffer: WebGLBuffer | null, count: number, type: number) {
    const { gl } = this;
    const index = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(index);
    gl.vertexAttribPointer(index, count, type, false, 0, 0);
  }

  /** Releases the GPU: a browser allows only a few contexts. */
  close() {
    this.canvas.removeEventListener("webglcontextlost", this.onLost);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Waits until everything has been drawn. */
  waitUntilDrawn() {
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4)); // `gl.finish` need not wait
  }

  /** Draws onto `this.canvas` as `StampRenderer.draw` does. */
  draw(...[codes, view, ratio, hidden, halo, selectedMask]: Parameters<StampRenderer["draw"]>) {
    const { gl, canvas } = this;
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const size = this.updateStampSheet(
      codes,
      markerRadius(codes.xy.length / 2, view.zoom) * view.markScale * ratio,
      halo,
    );
    this.updateBuffers(codes, hidden, selectedMask);
    // otherwise a point vanishes as soon as its middle leaves the canvas
    gl.viewport(-size, -size, width + 2 * size, height + 2 * size);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const setUniform = (name: string, ...values: number[]) =>
      gl[values.length > 1 ? "uniform2fv" : "uniform1fv"](gl.getUniformLocation(this.program, name), values);
    setUniform("centre", ...view.canvasCentre);
    setUniform("canvas", width, height);
    setUniform("scale", view.scale * ratio);
    setUniform("size", size);
    const kinds = codes.colours.length + 1;
    for (const first of selectedMask ? [kinds, 0] : [0]) {
      setUniform("first", first);
      setUniform("end", first + kinds);
      gl.drawArrays(gl.POINTS, 0, codes.xy.length / 2);
    }
  }

  /**
   * Lays out the stamps of all classes, in colour and then greyed, if they changed.
   * @returns the size of a stamp
   */
  updateStampSheet(codes: Codes, radius: number, halo: string): number {
    const { gl } = this;
    const none = new Set<number>();
    const stamps = [false, true].flatMap((greyed) => this.stamps.stampsFor(codes, none, radius, halo, greyed));
    const { size } = stamps[0] as Stamp;
    if (
      !this.changeDetectors.sheet([Math.round(radius * 4), halo, codes.colours, codes.shapes, codes.xy.length].join())
    )
      return size;
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.RGBA,
      COLUMNS * size,
      Math.ceil(stamps.length / COLUMNS) * size,
      0,
      gl.RGBA,
      gl.UNSIGNED_BYTE,
      null,
    );
    stamps.forEach((stamp, k) => {
      const pixels = new Uint8Array((stamp as Stamp).pixels.buffer);
      const [left, top] = [(k % COLUMNS) * size, Math.floor(k / COLUMNS) * size];
      gl.texSubImage2D(gl.TEXTURE_2D, 0, left, top, size, size, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    });
    return size;
  }

  /** Uploads the places and stamp numbers of the codes if they changed, which panning and zooming do not do. */
  updateBuffers(codes: Codes, hidden: ReadonlySet<number>, selectedMask: Uint8Array | null) {
    const { gl, changeDetectors } = this;
    if (changeDetectors.places(codes.xy)) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.placeBuffer);
      gl.bufferData(gl.ARRAY_BUFFER, codes.xy, gl.STATIC_DRAW);
    }
    if (!changeDetectors.cells(codes, selectedMask, [...hidden].join())) return;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.stampBuffer);
    gl.bufferData(gl.ARRAY_BUFFER, stampNumbers(codes, hidden, selectedMask), gl.DYNAMIC_DRAW);
  }
}

/**
 * The number of each code's stamp on the sheet: that of its class or, outside the selection, the greyed one (the greyed
 * stamps follow those of all classes); NOWHERE for a hidden class.
 */
export function stampNumbers(
  { xy, labels, colours }: Codes,
  hidden: ReadonlySet<number>,
  selectedMask: Uint8Array | null,
): Uint16Array {
  const numbers = new Uint16Array(xy.length / 2);
  for (let k = 0; k < numbers.length; k++) {
    const label = labels ? labels[k] : -1;
    const isVisible = label >= -1 && label < colours.length && !hidden.has(label);
    numbers[k] = isVisible ? label + 1 + (selectedMask && !selectedMask[k] ? colours.length + 1 : 0) : HIDDEN_STAMP;
  }
  return numbers;
}

function compileProgram(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as [number, string][]) {
    const shader = gl.createShader(kind) as WebGLShader;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}
