// Runs Python beside the page. The server sends this script with a policy that lets it reach nothing (kernel/headers.py
// knows it by its name): all it needs is handed in, and what a browser offers besides computing is taken away.

export interface Parts {
  base: string;
  lock: string;
  wasm: WebAssembly.Module;
  library: ArrayBuffer;
  /** The lab's own Python, by file name. */
  own: Record<string, string>;
}
export interface Job {
  source: string;
  answers: string[];
  files: Record<string, string>;
  check: string;
  checks: string[];
  /** One cell of a program: runs in the names the cells before it left, or in none when `fresh`. */
  cell?: { first: number; fresh: boolean };
}
export type Ask = { kind: "open"; parts: Parts } | { kind: "run"; job: Job };
export interface Told {
  kind: string;
  line: number | null;
  says: string;
  python: string;
}
export interface Ran {
  error: Told | null;
  drawings: unknown[];
  asked: string | null;
  checks: { key: string; ok: boolean; hint: string; broken: string }[];
}
export type Reply =
  | { kind: "ready" }
  | { kind: "out"; text: string }
  | { kind: "ran"; ran: Ran }
  | { kind: "failed"; why: string };

type Inside = { run(asked: string, emit: (text: string) => void): string };
interface Pyodide {
  FS: { mkdirTree(path: string): void; writeFile(path: string, text: string): void };
  runPython(code: string): unknown;
  setStdin(options: { error: boolean }): void;
}

const MOST_MEMORY_PAGES = 6144; // 384 MB: a list that grows without end is refused before the tablet suffers
const EMIT_MS = 60;
const EAGER = 200;

// what Python's own machinery goes on needing; the language's own objects stay as well (its eval is stopped by the policy)
const KEPT = new Set(
  `console performance crypto setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone
  TextEncoder TextDecoder MessageChannel MessagePort Event EventTarget DOMException AbortController AbortSignal
  WebAssembly constructor self globalThis`.split(/\s+/),
);
const LANGUAGE =
  /^(?:[A-Z]\w*Array|ArrayBuffer|SharedArrayBuffer|DataView|Object|Function|Array|String|Number|Boolean|Symbol|BigInt|Math|JSON|Reflect|Proxy|Promise|Map|Set|WeakMap|WeakSet|WeakRef|FinalizationRegistry|Date|RegExp|Intl|Atomics|Iterator|(?:[A-Z]\w*)?Error|Infinity|NaN|undefined|parse\w+|is\w+|decode\w+|encode\w+|eval|escape|unescape|__\w+__|hasOwnProperty|propertyIsEnumerable|toString|toLocaleString|valueOf)$/;

const post = self.postMessage.bind(self) as (reply: Reply) => void;
const hear = self.addEventListener.bind(self);
const now = performance.now.bind(performance);

let inside: Promise<Inside> | null = null;

hear("message", ({ data }: MessageEvent<Ask>) => {
  if (data.kind === "open") inside ??= open(data.parts);
  else void run(data.job);
});

async function run(job: Job): Promise<void> {
  try {
    const python = await inside;
    if (!python) throw new Error("not open");
    const out = batched();
    const ran = python.run(JSON.stringify(job), out.take);
    out.end();
    post({ kind: "ran", ran: JSON.parse(ran) as Ran });
  } catch (error) {
    post({ kind: "failed", why: String(error) });
  }
}

/** What is printed goes out at once at first, then in bundles: a loop that prints must not drown the page. */
function batched(): { take(text: string): void; end(): void } {
  let kept = "";
  let sent = 0;
  let last = 0;
  const end = () => {
    if (kept) post({ kind: "out", text: kept });
    kept = "";
    sent += 1;
    last = now();
  };
  const take = (text: string) => {
    kept += text;
    if (text.endsWith("\n") ? sent < EAGER || now() - last > EMIT_MS : now() - last > EMIT_MS) end();
  };
  return { take, end };
}

async function open(parts: Parts): Promise<Inside> {
  try {
    const pyodide = await load(parts);
    pyodide.setStdin({ error: true });
    pyodide.FS.mkdirTree("/lab");
    for (const [name, text] of Object.entries(parts.own)) pyodide.FS.writeFile(`/lab/${name}`, text);
    const python = pyodide.runPython(
      "import sys\nsys.path.insert(0, '/lab')\nimport inside\ninside.close_bridges()\ninside.Inside()",
    ) as Inside;
    strip();
    post({ kind: "ready" });
    return python;
  } catch (error) {
    post({ kind: "failed", why: String(error) });
    throw error;
  }
}

/** Loads Python out of what was handed in: its loader believes it fetches. */
async function load({ base, lock, wasm, library }: Parts): Promise<Pyodide> {
  bound();
  const handed = async (what: unknown): Promise<Response> => {
    const name = new URL(what instanceof Request ? what.url : String(what), base).pathname.split("/").pop();
    if (name === "python_stdlib.zip") return new Response(library);
    if (name === "pyodide.asm.wasm") return new Response(null);
    throw new TypeError("there is no network here");
  };
  Object.assign(self, { fetch: handed });
  const made = async (_: unknown, imports: WebAssembly.Imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  Object.assign(WebAssembly, { instantiateStreaming: made });
  const { loadPyodide } = (await import(/* @vite-ignore */ `${base}pyodide.mjs`)) as {
    loadPyodide(options: object): Promise<Pyodide>;
  };
  return loadPyodide({
    indexURL: base,
    packageBaseUrl: base,
    lockFileContents: lock,
    env: { HOME: "/work", PYTHONHASHSEED: "0" },
  });
}

function bound(): void {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (pages: number): number {
    if (this.buffer.byteLength / 65_536 + pages > MOST_MEMORY_PAGES) throw new RangeError("enough memory");
    return grow.call(this, pages);
  };
}

/** Takes away everything that stores, sends or asks. What cannot be removed is covered. */
function strip(): void {
  for (
    let at: object | null = self;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (KEPT.has(name) || LANGUAGE.test(name)) continue;
      try {
        if (!Reflect.deleteProperty(at, name))
          Object.defineProperty(at, name, { value: undefined, writable: false });
      } catch {
        // not to be changed in this browser: the policy still holds
      }
    }
  }
}
