/**
 * Runs the page's networks on the files that `tests/app/components/test_in_page.py` wrote into a folder, and writes the
 * results there: once by WebAssembly and once by JavaScript.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Networks, makeEncoder } from "../src/networks/networks.ts";
import { Net } from "../src/networks/net.ts";

const folder = process.argv[2];
const buffer = (name) => {
  const bytes = readFileSync(join(folder, name));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};
const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"));
const [z, x] = ["z.f4", "x.f4"].map((name) => new Float32Array(buffer(name)));
const size = plan.image.reduce((product, side) => product * side);

for (const simd of [true, false]) {
  const net = (name) => plan[name] && new Net(buffer(`${name}.bin`), plan[name].layers, simd, plan[name].activation);
  const networks = new Networks(net("decoder"), net("discriminator"), plan.image, plan.dim, plan.means);
  const saveValues = (name, values) =>
    writeFileSync(join(folder, `${name} ${networks.kind}`), Buffer.from(Float32Array.from(values).buffer));
  const codeAt = (k) => z.subarray(k * plan.dim, (k + 1) * plan.dim);
  const indices = Array.from({ length: z.length / plan.dim }, (_, k) => k);
  saveValues(
    "decoded",
    indices.flatMap((k) => [...networks.decode(codeAt(k), plan.ys ? plan.ys[k] : null)]),
  );
  saveValues(
    "decoded together",
    networks.decodeMany(indices.map(codeAt), plan.ys).flatMap((values) => [...values]),
  );
  saveValues("judged", networks.discriminateMany(indices.map(codeAt)));
  if (!plan.encoder) continue;
  const encode = makeEncoder(net("encoder"), plan.dim);
  saveValues(
    "encoded",
    Array.from({ length: x.length / size }, (_, k) => [...encode(x.subarray(k * size, (k + 1) * size))]).flat(),
  );
}
