// Fetches Python once for a page, with progress, and hands it to every worker. Nothing is fetched before it is asked for.
import { base, lock, sizes } from "virtual:pyodide";
import readModel from "../models/read_model.py?raw";
import inside from "./py/inside.py?raw";
import program from "./py/program.py?raw";
import qm from "./py/qm.py?raw";
import check from "./py/qm_check.py?raw";
import stage from "./py/qm_stage.py?raw";
import said from "./py/said.py?raw";
import type { Parts } from "./sealed-worker";
import workerUrl from "./sealed-worker.ts?worker&url";

const OWN = {
  "inside.py": inside,
  "program.py": program,
  "qm.py": qm,
  "qm_check.py": check,
  "qm_stage.py": stage,
  "read_model.py": readModel,
  "said.py": said,
};

/** Share of what is to be fetched, 0 to 1. */
export type Progress = (share: number) => void;

let coming: Promise<Parts> | null = null;
const listeners = new Set<Progress>();

export function parts(progress: Progress): Promise<Parts> {
  listeners.add(progress);
  coming ??= fetchAll().catch((error: unknown) => {
    coming = null; // a second try starts over
    throw error;
  });
  return coming.finally(() => listeners.delete(progress));
}

async function fetchAll(): Promise<Parts> {
  const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  let got = 0;
  const count = (bytes: number) => {
    got += bytes;
    for (const tell of listeners) tell(Math.min(1, got / all));
  };
  const [wasm, library] = await Promise.all([
    bytesOf("pyodide.asm.wasm", count).then((bytes) => WebAssembly.compile(bytes)),
    bytesOf("python_stdlib.zip", count),
    // the worker asks for these two itself and finds them in the browser's cache
    bytesOf("pyodide.asm.js", count),
    bytesOf("pyodide.mjs", count),
  ]);
  return { base: new URL(base, location.href).href, lock, wasm, library, own: OWN };
}

/** The whole of a file; counted as it comes, unpacked, so that the sizes known from the build fit. */
async function bytesOf(file: string, count: (bytes: number) => void): Promise<ArrayBuffer> {
  const answer = await fetch(base + file, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  const reader = answer.body?.getReader();
  if (!reader) return answer.arrayBuffer();
  const whole = new Uint8Array(sizes[file] ?? 0);
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > whole.length) throw new Error(`${file} is longer than it was built`);
    whole.set(value, at);
    at += value.length;
    count(value.length);
  }
  if (at !== whole.length) throw new Error(`${file} was cut off`);
  return whole.buffer;
}

/** A worker whose script came with the policy that lets it reach nothing; where it did not, there is none. */
export async function sealedWorker(): Promise<Worker> {
  if (import.meta.env.PROD) {
    const answer = await fetch(workerUrl, { credentials: "same-origin" });
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    if (!answer.ok || !policy.includes("default-src 'none'")) throw new Unsealed();
  }
  return new Worker(workerUrl, { type: "module" });
}

/** The server did not send the policy along: pupils' programs could reach the network, so none is run. */
export class Unsealed extends Error {
  constructor() {
    super("the worker's script came without its policy");
  }
}
