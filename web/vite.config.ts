import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

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

export default defineConfig({
  root,
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
