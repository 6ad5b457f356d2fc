// Puts Pyodide's files, as they come from npm, into a folder of their own: the loader wants their names unchanged,
// so the version in the folder's name is what lets a browser keep them for ever.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import type { Plugin } from "vite";

const HERE = import.meta.dirname;
const FILES = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"];
const TYPES: Record<string, string> = {
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".zip": "application/zip",
};
const NAME = "virtual:pyodide";

/** `virtual:pyodide` says where the files lie, how large they are, and the lock (without packages) the loader asks for. */
export function pyodideFiles(): Plugin {
  const source = resolve(HERE, "../../node_modules/pyodide");
  const read = (file: string) => readFileSync(resolve(source, file));
  const json = (file: string) => JSON.parse(read(file).toString()) as Record<string, unknown>;
  const folder = `assets/pyodide-${json("package.json")["version"]}/`;
  const base = `/static/web/${folder}`;
  return {
    name: "pyodide-files",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      const sizes = Object.fromEntries(FILES.map((file) => [file, statSync(resolve(source, file)).size]));
      const lock = JSON.stringify({ info: json("pyodide-lock.json")["info"], packages: {} });
      return `export const base = ${JSON.stringify(base)}, sizes = ${JSON.stringify(sizes)}, lock = ${JSON.stringify(lock)};`;
    },
    generateBundle() {
      for (const file of FILES) this.emitFile({ type: "asset", fileName: folder + file, source: read(file) });
      const notice = readFileSync(resolve(HERE, "NOTICE.txt"));
      this.emitFile({ type: "asset", fileName: `${folder}NOTICE.txt`, source: notice });
    },
    configureServer(server) {
      server.middlewares.use(base, (request, response, next) => {
        const file = (request.url ?? "").slice(1).split("?")[0] ?? "";
        if (!FILES.includes(file) || !existsSync(resolve(source, file))) return next();
        response.setHeader("Content-Type", TYPES[extname(file)] ?? "");
        createReadStream(resolve(source, file)).pipe(response);
      });
    },
  };
}
