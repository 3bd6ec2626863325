/**
 * Prints what the page computes for a prior at given places, as JSON: `node prior_values.mjs FOLDER`, which holds
 * message.bin and points.json.
 */

import { readFileSync } from "node:fs";
import { unpackMessage } from "../src/base/wire.ts";
import { samplePrior } from "../src/priors/sampling.ts";
import { Prior } from "../src/priors/prior.ts";

const folder = process.argv[2];
const { header, fields } = unpackMessage(new Uint8Array(readFileSync(`${folder}/message.bin`)));
const points = JSON.parse(readFileSync(`${folder}/points.json`, "utf-8"));
const prior = new Prior(header, fields);
const results = points.map((z) => [prior.logDensity(z), prior.isTypical(z)]);
const draws = points.map(() => Array.from(samplePrior(header.prior, header.dim, Math.random, prior.samples)));
console.log(
  JSON.stringify({
    inside: results.map(([, isTypical]) => isTypical),
    log: results.map(([log]) => (Number.isNaN(log) ? null : log)),
    draws,
  }),
);
