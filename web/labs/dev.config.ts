// Vite for working on labs: serves content/datasets beside the pages. Not used by the build.
import { createReadStream, existsSync } from "node:fs";
import { extname, normalize, resolve } from "node:path";
import { defineConfig } from "vite";
import { pyodideFiles } from "./python/pyodide-files.ts";

const web = resolve(import.meta.dirname, "..");
const datasets = resolve(web, "../content/datasets");
const TYPES: Record<string, string> = {
  ".svg": "image/svg+xml",
  ".csv": "text/csv",
  ".yaml": "text/yaml",
  ".txt": "text/plain",
  ".py": "text/plain",
};

export default defineConfig({
  root: web,
  base: "/static/web/",
  worker: { format: "es" },
  server: { port: 8102, strictPort: true, host: "127.0.0.1" },
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  plugins: [
    pyodideFiles(),
    {
      name: "datasets",
      configureServer(server) {
        server.middlewares.use("/content/datasets", (request, response, next) => {
          const file = normalize(resolve(datasets, `.${(request.url ?? "").split("?")[0]}`));
          if (!file.startsWith(datasets) || !existsSync(file) || !TYPES[extname(file)]) return next();
          response.setHeader("Content-Type", `${TYPES[extname(file)]}; charset=utf-8`);
          createReadStream(file).pipe(response);
        });
      },
    },
  ],
});
