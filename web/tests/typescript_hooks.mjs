/** How node loads what esbuild bundles: TypeScript, WebAssembly as bytes, and a package with a module beside its main file. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

export async function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier === "gifenc" ? "gifenc/dist/gifenc.esm.js" : specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!/\.(ts|wasm|esm\.js)$/.test(url)) return nextLoad(url, context);
  const bytes = await readFile(fileURLToPath(url));
  const source = url.endsWith(".ts")
    ? (await transform(bytes, { loader: "ts", sourcefile: url, sourcemap: "inline", target: "es2023" })).code
    : url.endsWith(".wasm")
      ? `export default Uint8Array.from(atob("${bytes.toString("base64")}"), (letter) => letter.charCodeAt(0));`
      : bytes;
  return { format: "module", source, shortCircuit: true };
}
