// Prints what the phone must fetch and keep, compressed with brotli, beside its budget; fails over a gate.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const DIST = new URL("../dist/", import.meta.url).pathname;
const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(png|svg|map)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(DIST.length))
  .filter((file) => !file.startsWith("office") && file !== "verify.html");
const size = (file) => brotliCompressSync(readFileSync(join(DIST, file))).length;
const total = (wanted) => files.filter(wanted).reduce((sum, file) => sum + size(file), 0);
const isCode = (file) => file.endsWith(".js") && file !== "sw.js";
/** What the page itself names: everything else is fetched behind the first screen. */
const page = readFileSync(join(DIST, "index.html"), "utf8");

const rows = [
  ["operative JS, up to the first screen", total((f) => isCode(f) && page.includes(f)), 30, 22],
  ["operative JS, with what is fetched behind it", total(isCode)],
  ["CSS", total((f) => f.endsWith(".css")), 8, 6],
  ["precache without icons", total((f) => f !== "sw.js"), 60, 45],
];
for (const file of files) console.log(`${String(size(file)).padStart(7)} B  ${file}`);
for (const [name, bytes, gate, goal] of rows)
  console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB brotli${gate ? ` (gate ${gate} kB, goal ${goal} kB)` : ""}`);
if (rows.some(([, bytes, gate]) => gate && bytes > gate * 1000)) process.exit(1);
