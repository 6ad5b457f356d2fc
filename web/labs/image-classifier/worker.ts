// Runs the network beside the page, so that the page stays quick. One picture at a time, one thread, no network.

import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import * as ort from "onnxruntime-web/wasm";
import { SIDE } from "./simple-features";
import weightsUrl from "./weights/efficientnet_lite0_w8.onnx?url";
import checksum from "./weights/SHA256?raw";

export interface Ask {
  id: number;
  rgba: ArrayBuffer;
}
export type Reply =
  | { kind: "ready"; ms: number }
  | { kind: "failed"; why: string }
  | { kind: "features"; id: number; features: Float32Array; ms: number };

const scope = self as unknown as {
  postMessage(reply: Reply, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<Ask>) => void) | null;
};

async function weights(): Promise<ArrayBuffer> {
  const answer = await fetch(weightsUrl);
  if (!answer.ok) throw new Error(`weights: ${answer.status}`);
  const bytes = await answer.arrayBuffer();
  // only pages on HTTPS or localhost may compute a digest; elsewhere the file name's hash must do
  if (self.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex !== checksum.slice(0, 64)) throw new Error("weights differ from their checksum");
  }
  return bytes;
}

async function open(): Promise<ort.InferenceSession> {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.wasm.wasmPaths = { wasm: new URL(wasmUrl, self.location.href).href };
  return ort.InferenceSession.create(await weights(), { executionProviders: ["wasm"] });
}

/** Bytes to the network's input: three planes, each value (x − 127) / 128. */
function planes(rgba: Uint8ClampedArray): Float32Array {
  const size = SIDE * SIDE;
  const input = new Float32Array(3 * size);
  for (let i = 0; i < size; i += 1)
    for (let c = 0; c < 3; c += 1) input[c * size + i] = ((rgba[i * 4 + c] as number) - 127) / 128;
  return input;
}

async function embed(session: ort.InferenceSession, rgba: ArrayBuffer): Promise<Float32Array> {
  const image = new ort.Tensor("float32", planes(new Uint8ClampedArray(rgba)), [1, 3, SIDE, SIDE]);
  const { embedding } = await session.run({ image }, ["embedding"]);
  if (!embedding) throw new Error("the network gave no embedding");
  return Float32Array.from(embedding.data as Float32Array);
}

const started = performance.now();
const session = open();
session.then(
  () => scope.postMessage({ kind: "ready", ms: performance.now() - started }),
  (error: unknown) => scope.postMessage({ kind: "failed", why: String(error) }),
);

scope.onmessage = async ({ data }) => {
  try {
    const ready = await session;
    const from = performance.now();
    const features = await embed(ready, data.rgba);
    scope.postMessage({ kind: "features", id: data.id, features, ms: performance.now() - from }, [
      features.buffer,
    ]);
  } catch (error) {
    scope.postMessage({ kind: "failed", why: String(error) });
  }
};
