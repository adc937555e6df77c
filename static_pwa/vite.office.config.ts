// Builds the office's one style sheet and one script, under fixed names: the server marks their addresses itself.
import { defineConfig } from "vite";

export default defineConfig({
  root: "src/office",
  base: "/office/assets/",
  publicDir: "public",
  build: {
    outDir: "../../dist/office",
    emptyOutDir: true,
    target: ["es2022", "safari16.4"],
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { office: "src/office/office.ts" },
      output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
