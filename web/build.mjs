/**
 * Writes app/components/built, which the server sends and handouts and sites contain: `npm run build` after a change of
 * src/. The files are committed, so that users need no Node. `npm run build -- --readable` keeps names and lines, for a
 * debugger.
 */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import loadWabt from "wabt";

const isReadable = process.argv.includes("--readable");
const SOURCE = new URL("src/", import.meta.url);
const BUILT = new URL("../app/components/built/", import.meta.url);
// a page without a server has hosts of its own for what is outside it
const HANDOUT_MODULES = { "/host/host.ts": "handout/host.ts" };
const NOTEBOOK_MODULES = { "/host/host.ts": "notebook/host.ts", "/handout/style_sheet.ts": "notebook/style_sheet.ts" };
const SITE_MODULES = { ...HANDOUT_MODULES, "/handout/files.ts": "site/files.ts" };
const gifencLicence = await readFile(new URL("node_modules/gifenc/LICENSE.md", import.meta.url), "utf8");
// what a text is given to: one string in double quotes, or two
const TRANSLATED_TEXT = /\b(?:translate|translatePlural|mark)\(\s*("(?:[^"\\\n]|\\.)*")(?:,\s*("(?:[^"\\\n]|\\.)*"))?/g;

/** Assembles the WebAssembly kernels beside their text. */
async function assembleKernels() {
  const { parseWat } = await loadWabt();
  const text = await readFile(new URL("networks/kernels.wat", SOURCE), "utf8");
  const module = parseWat("kernels.wat", text, { simd: true });
  await writeFile(new URL("networks/kernels.wasm", SOURCE), module.toBinary({}).buffer);
}

/**
 * An esbuild plugin that takes other modules in place of some.
 * @param {Record<string, string>} replacements by the end of the path, the path within src/
 */
const replaceModules = (replacements) => ({
  name: "replace-modules",
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir }) => {
      const file = fileURLToPath(new URL(path, `file://${resolveDir}/`));
      const end = Object.keys(replacements).find((name) => file.endsWith(`/src${name}`));
      return end && { path: fileURLToPath(new URL(replacements[end], SOURCE)) };
    });
  },
});

/**
 * Bundles the script of some pages.
 * @param {string} name of its entry in src/, and of the file
 * @param {"esm" | "iife"} format a module, from which others import, or a script by itself
 * @param {Record<string, string>} replacements
 * @returns {Promise<string[]>} the paths of its modules within src/
 */
async function bundle(name, format, replacements = {}) {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, SOURCE))],
    outfile: fileURLToPath(new URL(`${name}.js`, BUILT)),
    absWorkingDir: fileURLToPath(SOURCE),
    bundle: true,
    format,
    target: "es2023",
    charset: "utf8",
    footer: { js: `/*!\ngifenc\n\n${gifencLicence}*/` },
    minify: !isReadable,
    lineLimit: 120,
    loader: { ".wasm": "binary" },
    plugins: [replaceModules(replacements)],
    metafile: true,
  });
  return Object.keys(metafile.inputs).filter((path) => path.endsWith(".ts"));
}

/** The texts of modules that are translated, each with its plural or null, by the path of the module within src/. */
async function collectTexts(paths) {
  const textsByPath = {};
  for (const path of [...new Set(paths)].sort()) {
    const source = await readFile(new URL(path, SOURCE), "utf8");
    const texts = [...source.matchAll(TRANSLATED_TEXT)].map(([, singular, plural]) => [
      JSON.parse(singular),
      plural === undefined ? null : JSON.parse(plural),
    ]);
    if (texts.length) textsByPath[path] = texts;
  }
  return textsByPath;
}

await assembleKernels();
const paths = [
  ...(await bundle("app", "esm")),
  ...(await bundle("handout", "iife", HANDOUT_MODULES)),
  ...(await bundle("site", "iife", SITE_MODULES)),
  ...(await bundle("notebook", "esm", NOTEBOOK_MODULES)),
];
await writeFile(new URL("texts.json", BUILT), `${JSON.stringify(await collectTexts(paths), null, 1)}\n`);
