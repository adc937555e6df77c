// Builds the operative's phone: one bundle, one style sheet, a resizing worker, and the service worker that keeps them.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { minifySync, type Plugin } from "vite";
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

type Said = string | string[];
type Words = { [key: string]: Said | Words };
const isSaid = (words: Said | Words): words is Said => typeof words === "string" || Array.isArray(words);

/** A catalogue's words alone, in the order of another's keys; "" where it has none. */
const inOrderOf = (keys: Words, words: Words): string[] =>
  Object.entries(keys).flatMap(([key, known]) => {
    const said = words[key];
    return isSaid(known) ? [[said ?? ""].flat().join("^")] : inOrderOf(known, (said ?? {}) as Words);
  });

/** `{today strip{sending sent$}}` */
const keysOf = (words: Words): string =>
  `{${Object.entries(words)
    .map(([key, said]) => key + (isSaid(said) ? "" : keysOf(said)))
    .join(" ")}}`;

/**
 * The English words behind their keys, or another language's without any, since both are kept: a tenth less than with
 * each beside its key. "~" stands between words and "^" between those of a list, so no catalogue may say either.
 */
function packed(english: Words, words: Words): string {
  const known = inOrderOf(english, english);
  const said = inOrderOf(english, words);
  const all = words === english ? [keysOf(english), ...known] : said.map((one, at) => (one === known[at] ? "" : one));
  if (/[~^]/.test(JSON.stringify(words))) throw new Error("a catalogue says ~ or ^, which keep its words apart");
  return JSON.stringify(all.join("~"));
}

/** `words.en.json?url` and `words.cy.json?said` are the addresses of files that src/views/words.ts unpacks. */
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
      const english = read(join(dirname(file), "words.en.json"));
      const source = packed(english, /\.en\./.test(file) ? english : read(file));
      if (!is_build) return `export default ${JSON.stringify(`data:application/json,${encodeURIComponent(source)}`)};`;
      const asset = this.emitFile({ type: "asset", name: basename(file), source });
      return `export default import.meta.ROLLUP_FILE_URL_${asset};`;
    },
    // The page asks for the English before any script runs, so its file is the one that the build names for the page.
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === "asset" && /\bwords\.en-.*json$/.test(file.fileName)) {
          const english = JSON.parse(String(file.source)) as Words;
          file.source = packed(english, english);
        }
    },
  };
}

/** Every file of this app's styles is one sheet, so a part of its code brings none along: fetching it is all there is. */
function plainImports(): Plugin {
  return {
    name: "doorstep-plain-imports",
    enforce: "pre",
    load: (id) =>
      id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (part) => part();" : undefined,
  };
}

/** What preact asks of every component, and none here has: those that are classes say what to do when they come and go. */
const NEVER = [
  "contextType defaultProps getChildContext getDerivedStateFromError getDerivedStateFromProps getSnapshotBeforeUpdate",
  "componentDidCatch componentDidUpdate componentWillMount componentWillReceiveProps componentWillUpdate",
  "shouldComponentUpdate",
].flatMap((names) => names.split(" "));

/** What is never there is known at once, and whatever hangs on it falls out; a component that had it would be refused. */
function withoutHooks(): Plugin {
  const names = `\\b(${NEVER.join("|")})\\b`;
  const asked = new RegExp(`\\b[\\w$]+\\.${names}(?! *[(=])`, "g");
  return {
    name: "doorstep-without-hooks",
    apply: "build",
    transform(code, id) {
      if (id.endsWith("preact.module.js")) return code.replace(asked, "null");
      const found = id.includes("/src/") && new RegExp(names).exec(code);
      if (found) throw new Error(`${id} says ${found[0]}, which this build takes out of preact`);
      return undefined;
    },
  };
}

/** Two compressors find more than one: this one's work goes on to terser. */
function pressed(): Plugin {
  return {
    name: "doorstep-pressed",
    apply: "build",
    renderChunk: (code, { fileName }) =>
      minifySync(fileName, code, { module: true, compress: { target: "es2022" }, mangle: false }).code,
  };
}

/** The page as people read it has notes and indents. */
const plainPage = (): Plugin => ({
  name: "doorstep-plain-page",
  apply: "build",
  transformIndexHtml: (page) => page.replace(/<!--.*?-->/gs, "").replace(/\n\s*/g, "\n"),
});

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
      const manifest = join(folder, "manifest.webmanifest");
      writeFileSync(manifest, JSON.stringify(JSON.parse(readFileSync(manifest, "utf8"))));
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
    terserOptions: {
      module: true,
      ecma: 2020,
      compress: {
        passes: 3,
        pure_getters: true,
        unsafe: true,
        unsafe_arrows: true,
        lhs_constants: false,
        inline: 1,
        sequences: false,
      },
    },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { phone: "index.html", sw: "src/sw.ts" },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  worker: { format: "es" },
  plugins: [elements(), catalogues(), plainImports(), withoutHooks(), pressed(), plainPage(), precache()],
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
