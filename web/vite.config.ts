import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { pyodideFiles } from "./labs/python/pyodide-files.ts";

const root = import.meta.dirname;

/** Entry points, found by where they lie, so that a new lab or room needs no change here. */
function entries(): string[] {
  const found: string[] = [];
  const add = (folder: string, pattern: RegExp) => {
    if (!existsSync(resolve(root, folder))) return;
    for (const name of readdirSync(resolve(root, folder)).sort()) {
      if (pattern.test(name)) found.push(`${folder}/${name}`);
    }
  };
  const addMains = (folder: string) => {
    if (!existsSync(resolve(root, folder))) return;
    for (const dir of readdirSync(resolve(root, folder), { withFileTypes: true })) {
      const main = `${folder}/${dir.name}/main.ts`;
      if (dir.isDirectory() && existsSync(resolve(root, main))) found.push(main);
    }
  };
  add("src", /^(?!.*\.(test|d)\.ts$).*\.ts$/);
  addMains("src");
  add("labs", /-page\.ts$/);
  addMains("labs");
  return found;
}

/** The Chinese font of PDF files lies in dist/fonts: the server sets type with it, no browser ever loads it. */
function fontsOfPaper(): Plugin {
  const folder = resolve(root, "node_modules/@expo-google-fonts/noto-sans-sc");
  const files = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf", "LICENSE_FONT"];
  return {
    name: "fonts-of-paper",
    apply: "build",
    generateBundle() {
      for (const file of files) {
        const source = readFileSync(resolve(folder, file));
        this.emitFile({ type: "asset", fileName: `fonts/${basename(file)}`, source });
      }
    },
  };
}

/** Formulas' fonts in the one format that every browser we build for reads; the other two would only take room. */
function onlyWoff2(): Plugin {
  return {
    name: "only-woff2",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("katex.min.css")) return null;
      return code.replaceAll(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, "");
    },
  };
}

export default defineConfig({
  root,
  plugins: [fontsOfPaper(), onlyWoff2(), pyodideFiles()],
  base: "/static/web/",
  publicDir: "public",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: ["chrome94", "edge94", "firefox93", "safari15.4"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    rollupOptions: { input: entries() },
  },
  worker: { format: "es" },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "labs/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
