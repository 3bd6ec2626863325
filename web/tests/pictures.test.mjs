import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, document, host } from "./dom.mjs";
import { EventEmitter } from "../src/base/events.ts";
import { Selection } from "../src/choice/selection.ts";
import { Mosaic } from "../src/codes/mosaic.ts";
import { ImageAtlas } from "../src/codes/image_atlas.ts";
import { Sprites } from "../src/codes/sprites.ts";
import { Server } from "../src/host/server.ts";
import { Viewport } from "../src/view/viewport.ts";

const N = 100;
globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1, setTimeout });

/**
 * A decoder of images of two pixels as bright as the code's number; `batchSizes` has the images of each call.
 */
function networks() {
  const batchSizes = [];
  const decodeMany = (zs) => {
    batchSizes.push(zs.length);
    return zs.map(([z]) => Float32Array.of(z / 255));
  };
  return { batchSizes, image: [1, 2, 1], dim: 1, contentSize: 0, decodeMany };
}

/** A plane of a hundred codes in ten rows, with a decoder and no sheet of images; tasks run at once. */
function planeOfHundred() {
  const surface = host();
  surface.setAttribute("tabindex", "0");
  const plane = /** @type {any} */ ({
    events: new EventEmitter(),
    header: { dim: 1, classes: ["zero"] },
    fields: { z: { values: Float32Array.from({ length: N }, (_, k) => k) } },
    codes: {
      xy: Float32Array.from({ length: 2 * N }, (_, k) => (k % 2 ? Math.floor(k / 20) : (k / 2) % 10) / 5 - 0.9),
      labels: new Int16Array(N),
      colours: ["#000"],
      shapes: ["circle"],
    },
    decoder: { networks: networks(), server: new Server() },
    view: new Viewport(),
    isVisible: () => true,
    labelOf: (k) => plane.codes.labels[k],
    passesFilter: () => true,
    items: { isPending: false, arrival: Promise.resolve(), leftOut: [], idOf: () => "", rowOf: () => [] },
    settings: { hidden: new Set() },
    parts: { surface },
    selection: { mask: null },
    scene: { isMoving: false, tasks: { start: (name, work) => [...work] } },
    selectCodes: (mask) => plane.selection.setMask(mask),
  });
  plane.view.resize(1400, 1400); // a square for each code
  plane.view.setHome(1, [0, 0]);
  plane.sprites = new Sprites(
    () => {},
    () => ({ networks: plane.decoder.networks, z: plane.fields.z.values, content: null }),
  );
  plane.selection = new Selection(host(), plane);
  return plane;
}

const imagesDrawn = (pen) => pen.canvas.painted.filter(([name]) => name === "drawImage").length;
const buttons = (plane) => plane.selection.host.querySelectorAll("button");
const buttonNamed = (plane, text) => buttons(plane).find(({ textContent }) => textContent === text);

test("missing images are decoded in batches, once, and not while the view moves", () => {
  const plane = planeOfHundred();
  const { batchSizes } = plane.decoder.networks;
  const mosaic = new Mosaic();
  plane.scene.isMoving = true;
  const movingPen = new Element("canvas").getContext();
  mosaic.draw(movingPen, plane);
  assert.deepEqual([batchSizes, imagesDrawn(movingPen)], [[], 0]);
  plane.scene.isMoving = false;
  mosaic.draw(new Element("canvas").getContext(), plane);
  assert.deepEqual(batchSizes, [64, 36]);
  plane.scene.isMoving = true;
  const restedPen = new Element("canvas").getContext();
  mosaic.draw(restedPen, plane);
  assert.equal(imagesDrawn(restedPen), N, "images that exist are drawn");
  plane.scene.isMoving = false;
  mosaic.draw(new Element("canvas").getContext(), plane);
  assert.equal(batchSizes.length, 2);
});

test("other codes make other pictures", () => {
  const { sprites, ...plane } = planeOfHundred();
  const brightnessOf = (k) =>
    sprites.findPlace(k) &&
    sprites.decodedSheet.atlas.sheet.painted.filter(([name]) => name === "putImageData").at(-1)[1].data[0];
  sprites.requestImages([7]);
  assert.equal(brightnessOf(7), 7);
  plane.fields.z.values = Float32Array.from({ length: N }, (_, k) => 2 * k);
  assert.equal(sprites.findPlace(7), null);
  sprites.requestImages([7]);
  assert.equal(brightnessOf(7), 14);
});

test("beyond the limit the oldest pictures are dropped, and no two share a place", () => {
  const { sprites, ...plane } = planeOfHundred();
  plane.fields.z.values = new Float32Array(2000);
  for (let k = 0; k < 1100; k += 50) sprites.requestImages(Array.from({ length: 50 }, (_, j) => k + j));
  const places = Array.from({ length: 1100 }, (_, k) => sprites.findPlace(k)).filter(Boolean);
  assert.equal(new Set(places.map(({ left, top }) => `${left} ${top}`)).size, places.length);
  assert.equal(places.length, 1024);
  assert.equal(sprites.findPlace(75), null);
});

test("pictures that are kept give way last", () => {
  const slots = new ImageAtlas(2);
  slots.reset(1, 1);
  const putPicture = (name) => slots.put(name, new ImageData(1, 1));
  for (const name of ["a", "b", "c", "d"]) putPicture(name);
  slots.markRecent(["a"]);
  putPicture("e");
  assert.deepEqual([...slots.slotsByName.keys()], ["c", "d", "a", "e"]);
  assert.deepEqual(slots.findMissing(["b", "c"]), ["b"]);
  putPicture("b");
  assert.deepEqual([...slots.slotsByName.keys()], ["a", "e", "c", "b"], "those asked for beside missing ones are kept");
});

test("the image file of a selection is complete, and its images are decoded in batches", async () => {
  const plane = planeOfHundred();
  plane.selectCodes(new Uint8Array(N).fill(1));
  plane.decoder.networks = networks();
  const canvases = [];
  document.createElement = (tag) => canvases.at(canvases.push(new Element(tag)) - 1);
  Element.prototype.toBlob = (callback) => callback(null);
  await plane.selection.saveImages();
  document.createElement = (tag) => new Element(tag);
  assert.ok(
    plane.decoder.networks.batchSizes.every((count) => count <= 64) && plane.decoder.networks.batchSizes.length <= 6,
  );
  const file = canvases.find(({ tag, width }) => tag === "canvas" && width === 50);
  assert.equal(imagesDrawn(file.getContext()), N);
});

test("the image file of a selection is made once, and a browser that cannot make it is told of", async () => {
  const plane = planeOfHundred();
  plane.selectCodes(new Uint8Array(N).fill(1));
  plane.decoder.networks = networks();
  let fileCount = 0;
  Element.prototype.toBlob = (callback) => (fileCount++, callback(null));
  const download = plane.selection.saveImages();
  plane.selection.saveImages();
  await download;
  assert.deepEqual(
    [fileCount, plane.selection.status.textContent],
    [0, "Stopped; nothing was saved."],
    "a second press stops it",
  );
  await plane.selection.saveImages();
  assert.deepEqual([fileCount, plane.selection.status.textContent], [1, "The picture is too large for this browser."]);
});

test("a file of the selection is stopped by its button, although labels or images have changed meanwhile", async () => {
  const plane = planeOfHundred();
  plane.header.split = "all";
  plane.codeOf = (k) => plane.fields.z.values.subarray(k, k + 1);
  plane.selectCodes(new Uint8Array(N).fill(1));
  Element.prototype.toBlob = () => {};
  const statusText = () => plane.selection.status.textContent;
  for (const text of ["Save images", "Save as NPZ"]) {
    buttonNamed(plane, text).click();
    const { labels } = plane.codes;
    plane.codes.labels = labels.map((label) => label - 1);
    plane.selection.clearIfCountDiffers(N);
    assert.match(statusText(), /Press the button again to stop/);
    buttonNamed(plane, text).click();
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(statusText(), "Stopped; nothing was saved.", text);
  }
  plane.header.features = { names: ["height"] };
  plane.codes.labels = new Int16Array(N);
  plane.selection.clearIfCountDiffers(N);
  assert.deepEqual([buttonNamed(plane, "Save images"), Boolean(buttonNamed(plane, "Save charts"))], [undefined, true]);
});

test("Clear selection moves the focus back to the plane", () => {
  const plane = planeOfHundred();
  plane.selectCodes(new Uint8Array(N).fill(1));
  buttonNamed(plane, "Clear selection").focus();
  buttonNamed(plane, "Clear selection").click();
  assert.equal(document.activeElement, plane.parts.surface);
});

test("while a revision trains, the focus stays on the selection's buttons, and only the images change", () => {
  const plane = planeOfHundred();
  plane.selectCodes(new Uint8Array(N).fill(1));
  const buttonsBefore = buttons(plane);
  const saveButton = buttonNamed(plane, "Save as CSV");
  saveButton.focus();
  plane.fields.z = { values: Float32Array.from({ length: N }, (_, k) => k + 1) };
  plane.selection.clearIfCountDiffers(N);
  plane.decoder.networks = networks();
  plane.events.emit("networks");
  assert.deepEqual(buttons(plane), buttonsBefore);
  assert.equal(document.activeElement, saveButton);
  assert.ok(plane.decoder.networks.batchSizes.length > 0, "the images follow the networks");
  plane.codes.labels = new Int16Array(N).fill(-1);
  plane.selection.clearIfCountDiffers(N);
  assert.match(plane.selection.host.textContent, /no class/);
  assert.equal(document.activeElement?.textContent, "Save as CSV");
});

/** Lets the server send colour images of 2 × 2 pixels whose red is the code's number; returns the list of requests. */
function serveImages(sprites) {
  const requests = [];
  sprites.server.fetchImages = async (numbers) => {
    requests.push(numbers);
    const values = Uint8Array.from(
      { length: 12 * numbers.length },
      (_, index) => [numbers[Math.floor(index / 12)], 100, 200][index % 3],
    );
    return { values, shape: [numbers.length, 2, 2, 3] };
  };
  return requests;
}
/** Sprites with a sheet of tiles half as large as the images, and a server; `onReady` is called for new pictures. */
async function spritesOfSmallTiles(onReady = () => {}) {
  const sprites = new Sprites(onReady, () => ({ networks: networks(), z: new Float32Array(N), content: null }));
  const sheetInfo = {
    sha: "a",
    url: "a.png",
    tile: [1, 1],
    is_full_size: false,
    columns: 10,
    count: N,
    kind: "originals",
  };
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: true, arrayBuffer: async () => new ArrayBuffer(0) }));
  globalThis.createImageBitmap = /** @type {any} */ (async () => ({}));
  sprites.load(/** @type {any} */ (sheetInfo), { images: "live/images" });
  sprites.fetchSheet();
  await new Promise(setImmediate);
  return sprites;
}

test("a sheet of reduced images is drawn at once, and larger drawings fetch the full images", async () => {
  let arrivalCount = 0;
  const sprites = await spritesOfSmallTiles(() => (arrivalCount += 1));
  const requests = serveImages(sprites);
  assert.equal(sprites.isFullSize, false);
  assert.deepEqual({ ...sprites.findPlace(12), from: null }, { from: null, left: 2, top: 1, width: 1, height: 1 });
  sprites.requestImages([3], 1);
  assert.deepEqual(requests, [], "the tile has enough pixels");
  const all = Array.from({ length: 90 }, (_, k) => k);
  sprites.requestImages(all, 40);
  await new Promise(setImmediate);
  assert.deepEqual(requests, [all.slice(0, 64), all.slice(64)]);
  assert.equal(arrivalCount, 3, "once for the sheet and twice for the server’s images");
  const paintedImages = sprites.serverSheet.atlas.sheet.painted.filter(([name]) => name === "putImageData");
  assert.deepEqual([...paintedImages[7][1].data.slice(0, 8)], [7, 100, 200, 255, 7, 100, 200, 255]);
  assert.deepEqual(paintedImages[33].slice(2), [2, 2], "the second of the second row");
  assert.equal(sprites.findPlace(33).width, 2);
  sprites.requestImages(all, 40);
  await new Promise(setImmediate);
  assert.equal(requests.length, 2, "once each");
});

test("images that arrive for codes that are no longer shown are not used", async () => {
  const sprites = await spritesOfSmallTiles();
  let answer = (_) => {};
  sprites.server.fetchImages = () => new Promise((resolve) => (answer = resolve));
  sprites.requestImages([5], 40);
  sprites.load(/** @type {any} */ ({ ...sprites.sheetInfo, sha: "b" }), { images: "live/images" });
  sprites.fetchSheet();
  answer({ values: new Uint8Array(12), shape: [1, 2, 2, 3] });
  await new Promise(setImmediate);
  assert.equal(sprites.findPlace(5).width, 1);
});

test("images on their way are used, although an identical message arrives meanwhile", async () => {
  const sprites = await spritesOfSmallTiles();
  let answer = (_) => {};
  sprites.server.fetchImages = () => new Promise((resolve) => (answer = resolve));
  sprites.requestImages([5], 40);
  sprites.load(sprites.sheetInfo, sprites.server.urls);
  answer({ values: new Uint8Array(12), shape: [1, 2, 2, 3] });
  await new Promise(setImmediate);
  assert.equal(sprites.findPlace(5).width, 2);
});

test("a selection is saved in full resolution, although the sheet has reduced images", async () => {
  const plane = planeOfHundred();
  plane.sprites = await spritesOfSmallTiles();
  serveImages(plane.sprites);
  const { fetchImages: images } = plane.sprites.server;
  plane.sprites.server.fetchImages = async (numbers) => (await new Promise(setImmediate), images(numbers));
  plane.selectCodes(new Uint8Array(N).fill(1));
  const canvases = [];
  document.createElement = (tag) => canvases.at(canvases.push(new Element(tag)) - 1);
  Element.prototype.toBlob = (callback) => callback(null);
  await plane.selection.saveImages();
  document.createElement = (tag) => new Element(tag);
  const file = canvases.find(({ tag, width, height }) => tag === "canvas" && width === 100 && height === 4);
  assert.ok(
    file
      .getContext()
      .canvas.painted.filter(([name]) => name === "drawImage")
      .every(([, source]) => source === plane.sprites.serverSheet.atlas.sheet),
  );
  assert.equal(imagesDrawn(file.getContext()), N);
});

test("an original is fetched alone before the sheet, and never replaced by a reconstruction", async () => {
  const decoder = networks();
  const sprites = new Sprites(
    () => {},
    () => ({ networks: decoder, z: new Float32Array(N), content: null }),
  );
  const sheetInfo = {
    sha: "a",
    url: "a.png",
    tile: [2, 2],
    is_full_size: true,
    columns: 10,
    count: N,
    kind: "originals",
  };
  sprites.load(/** @type {any} */ (sheetInfo), { images: "live/images", image: "live/image" });
  const requests = serveImages(sprites);
  assert.equal(sprites.original(7), null);
  await new Promise(setImmediate);
  assert.equal(sprites.original(7)?.width, 2);
  assert.deepEqual([requests, decoder.batchSizes], [[[7]], []]);
  sprites.load(null, { images: "live/images" });
  assert.equal(sprites.original(7), null, "there are no originals");
  assert.deepEqual([requests, decoder.batchSizes], [[[7]], []]);
});

test("without a sheet and without networks in the page, the server is asked for images", async () => {
  const sprites = new Sprites(
    () => {},
    () => ({ networks: null, z: new Float32Array(N), content: null }),
  );
  sprites.load(null, { images: "live/images", image: "live/image" });
  const requests = serveImages(sprites);
  assert.deepEqual([sprites.thumbnail(4), sprites.thumbnail(5)], [null, null]);
  await new Promise(setImmediate);
  assert.deepEqual(requests.flat(), [4, 5]);
  assert.equal(sprites.kind, "originals");
  assert.equal(sprites.thumbnail(5).width, 2);
});

test("if the server of the former codes fails, the images of the present ones are fetched all the same", async () => {
  const sprites = await spritesOfSmallTiles();
  let failRequest = () => {};
  sprites.server.fetchImages = () =>
    new Promise((_, reject) => (failRequest = () => reject(new Error("The server did not answer."))));
  sprites.requestImages([5], 40);
  sprites.load(/** @type {any} */ ({ ...sprites.sheetInfo, sha: "b" }), { images: "live/images" });
  const requests = serveImages(sprites);
  sprites.requestImages([6], 40);
  failRequest();
  await new Promise(setImmediate);
  assert.deepEqual(requests, [[6]]);
});
