// Builds the operative's phone: one bundle, one style sheet, a resizing worker, and the service worker that keeps them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const BASE = "/door/";

/** Every file under `folder`, as paths from it, in a fixed order. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Gives each screen's file the two names that its elements become calls of; workers draw nothing and need neither. */
function elements(): Plugin {
  return {
    name: "doorstep-elements",
    enforce: "pre",
    transform: (code, id) => (id.endsWith(".tsx") ? `import { Fragment, h } from "preact";${code}` : undefined),
  };
}

type Words = { [key: string]: unknown };
const isTable = (words: unknown): words is Words => typeof words === "object" && !Array.isArray(words);

/** A catalogue's words alone, in the order of another's keys; null where it has none, or the same. */
const inOrderOf = (keys: Words, words: Words): unknown[] =>
  Object.entries(keys).map(([key, known]) => {
    const said = words[key] ?? null;
    return isTable(known) ? inOrderOf(known, isTable(said) && said ? said : {}) : said === known ? null : said;
  });

/** `words.cy.json?said` is the address of a file without keys: the English one has them, and both are kept anyway. */
function catalogues(): Plugin {
  const read = (file: string): Words => JSON.parse(readFileSync(file, "utf8")) as Words;
  let is_build = false;
  return {
    name: "doorstep-catalogues",
    enforce: "pre",
    configResolved: (config) => {
      is_build = config.command === "build";
    },
    load(id) {
      const file = id.replace(/\?said$/, "");
      if (file === id) return undefined;
      const source = JSON.stringify(inOrderOf(read(join(dirname(file), "words.en.json")), read(file)));
      if (!is_build) return `export default ${JSON.stringify(`data:application/json,${encodeURIComponent(source)}`)};`;
      const asset = this.emitFile({ type: "asset", name: basename(file), source });
      return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
    },
    // People read the English with its spaces; a phone need not keep them.
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === "asset" && file.fileName.endsWith(".json"))
          file.source = JSON.stringify(JSON.parse(String(file.source)));
    },
  };
}

/** Writes into sw.js the list of files to keep and a name that changes when any of them does. */
function precache(): Plugin {
  let folder = "dist";
  return {
    name: "doorstep-precache",
    apply: "build",
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const kept = filesUnder(folder).filter(
        (file) => file !== "sw.js" && !file.endsWith(".map") && !file.startsWith("office"),
      );
      const digest = createHash("sha256");
      for (const file of kept) digest.update(file).update(readFileSync(join(folder, file)));
      const urls = kept.map((file) => BASE + (file === "index.html" ? "" : file));
      const worker = join(folder, "sw.js");
      const code = readFileSync(worker, "utf8")
        .replace(/(["'`])__PRECACHE_NAME__\1/, JSON.stringify(`doorstep-${digest.digest("hex").slice(0, 12)}`))
        .replace(/(["'`])__PRECACHE_URLS__\1/, JSON.stringify(JSON.stringify(urls)));
      writeFileSync(worker, code);
    },
  };
}

export default defineConfig({
  base: BASE,
  // Children as arguments and not as a property of each element: less to fetch, keep and read at every start.
  oxc: { jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment" } },
  build: {
    target: ["es2022", "safari16.4"],
    modulePreload: false,
    // Half a kilobyte less than the built-in one makes of the same code.
    minify: "terser",
    terserOptions: { module: true, ecma: 2020, compress: { passes: 3, pure_getters: true, unsafe_arrows: true } },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { phone: "index.html", sw: "src/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  plugins: [elements(), catalogues(), precache()],
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
