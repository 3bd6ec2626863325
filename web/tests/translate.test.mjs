import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { catalogue } from "../src/base/catalogue.ts";
import { joinSentences, mark, translate, translatePlural } from "../src/base/translate.ts";

afterEach(() => Object.keys(catalogue).forEach((text) => delete catalogue[text]));

test("a text is translated, and one that the catalogue lacks stays English", () => {
  catalogue["Copy link"] = "링크 복사";
  assert.deepEqual([translate("Copy link"), translate("View")], ["링크 복사", "View"]);
  assert.equal(translate("toString"), "toString", "what every object has is no translation");
});

test("values take the place of their names in braces, in the order of the translation", () => {
  assert.equal(translate("{count} of {total} codes", { count: 3, total: "1,000" }), "3 of 1,000 codes");
  catalogue["{count} of {total} codes"] = "{total} 중 {count}, {count}";
  assert.equal(translate("{count} of {total} codes", { count: 0, total: 5 }), "5 중 0, 0");
});

test("braces without a value stay, and those in a value are not filled in", () => {
  assert.equal(translate("p({x})"), "p({x})");
  assert.equal(translate("{a} and {b}, {toString}", { a: "{b}", b: "$&" }), "{b} and $&, {toString}");
});

test("one of two texts by the count; a translation has one text for all counts", () => {
  const images = (/** @type {number} */ count) => translatePlural("{count} image", "{count} images", count);
  assert.deepEqual([0, 1, 2].map(images), ["0 images", "1 image", "2 images"]);
  catalogue["{count} image"] = "이미지 {count}개";
  assert.deepEqual([1, 2].map(images), ["이미지 1개", "이미지 2개"]);
});

test("a text by number has other values beside the count, which may be written otherwise", () => {
  const codes = (/** @type {number} */ count) =>
    translatePlural("{count} code of {name}", "{count} codes of {name}", count, { count: `${count}.0`, name: "A" });
  assert.deepEqual([1, 2].map(codes), ["1.0 code of A", "2.0 codes of A"]);
});

test("a marked text stays as it is until it is translated", () => {
  catalogue["Layers"] = "레이어";
  assert.deepEqual([mark("Layers"), translate(mark("Layers"))], ["Layers", "레이어"]);
});

test("sentences are joined by a blank, but not after a wide full stop", () => {
  assert.equal(joinSentences("One.", "", "Two.", "Three"), "One. Two. Three");
  assert.equal(joinSentences("第一句。", "第二句（见下。）", "第三句"), "第一句。第二句（见下。）第三句");
  assert.equal(joinSentences("", ""), "");
});
