// Builds the page that checks a pack of evidence: one file with its script and style in it, that opens without a network.
import { createHash } from "node:crypto";
import type { Plugin } from "vite";
import { defineConfig } from "vite";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Lays script and style into the page and lets nothing else run there: each is named by its hash. */
function oneFile(): Plugin {
  return {
    name: "doorstep-one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const page = files.find(({ fileName }) => fileName === "verify.html");
      const code = files.find((file) => file.type === "chunk");
      const style = files.find(({ fileName }) => fileName.endsWith(".css"));
      if (page?.type !== "asset" || code?.type !== "chunk" || style?.type !== "asset" || files.length !== 3)
        throw new Error(`verify.html needs one script and one style: ${files.map(({ fileName }) => fileName)}`);
      // No text of ours may end the element that it stands in.
      const script = code.code.replaceAll("</script", "<\\/script");
      const css = String(style.source);
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src ${hashOf(css)}`,
        "img-src blob: data:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      page.source = String(page.source)
        .replace(/\s*<script[^>]*\ssrc=[^>]*><\/script>/, "")
        .replace(/\s*<link[^>]*rel="stylesheet"[^>]*>/, () => `\n<style>${css}</style>`)
        .replace("__CSP__", () => policy)
        .replace("</body>", () => `<script type="module">${script}</script>\n</body>`);
      for (const file of [code, style]) delete bundle[file.fileName];
    },
  };
}

export default defineConfig({
  root: "src/verify",
  base: "./",
  publicDir: false,
  build: {
    outDir: "../../dist",
    emptyOutDir: false,
    target: ["es2022", "safari16.4"],
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: { input: { verify: "src/verify/verify.html" } },
  },
  plugins: [oneFile()],
});
