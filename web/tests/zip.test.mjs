import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { crc32, makeZip } from "../src/files/zip.ts";

test("the checksum is CRC-32", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
});

test("Python reads the zip file back byte for byte, with names in any script", async () => {
  const content = Uint8Array.from({ length: 3000 }, (_, k) => (k * k * 7) & 255);
  const files = [
    ["pets/cat/1.png", content],
    ["pets/dög/空.png", content.slice(0, 1)],
    ["pets/empty.txt", new Uint8Array()],
  ];
  const counts = [];
  const zip = await makeZip(
    files.map(([path, bytes]) => ({ path, file: new Blob([bytes]) })),
    undefined,
    (count) => counts.push(count),
  );
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    writeFileSync(join(folder, "a.zip"), new Uint8Array(await zip.arrayBuffer()));
    const script =
      "import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n" +
      "print(json.dumps({n: z.read(n).hex() for n in z.namelist()}))";
    const contents = JSON.parse(execFileSync("python3", ["-c", script, join(folder, "a.zip")], { encoding: "utf-8" }));
    assert.deepEqual(
      contents,
      Object.fromEntries(files.map(([path, bytes]) => [path, Buffer.from(bytes).toString("hex")])),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.deepEqual(counts, [0]);
});
