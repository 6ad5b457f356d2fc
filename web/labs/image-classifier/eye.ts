// Turns pictures into features: by the network in a worker, or by colours and edges where that cannot run.
import { type Features, unit } from "./model";
import { SIDE, simpleFeatures } from "./simple-features";
import type { Ask, Reply } from "./worker";

export type EyeKind = "opening" | "network" | "simple";

interface Job {
  id: string;
  url: string;
  done: (features: Features) => void;
  fail: (error: unknown) => void;
}

export class Eye {
  kind: EyeKind = "opening";
  /** Milliseconds the network took for its last pictures, for those who want to know. */
  readonly times: number[] = [];
  private readonly known = new Map<string, Promise<Features>>();
  private readonly seen = new Map<string, Features>();
  private readonly waiting: Job[] = [];
  private inHand: Job | null = null;
  private epoch = 0;
  private worker: Worker | null = null;
  private current: ((features: Float32Array) => void) | null = null;

  constructor(private readonly changed: () => void) {}

  /** Starts the network; apart from the constructor, since it may fail at once and say so. */
  open(): void {
    try {
      this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data);
      this.worker.onerror = () => this.goSimple();
    } catch {
      this.goSimple();
    }
  }

  close(): void {
    this.worker?.terminate();
    this.worker = null;
    this.waiting.length = 0;
  }

  has(id: string): boolean {
    return this.seen.has(id);
  }

  forget(id: string): void {
    this.known.delete(id);
    this.seen.delete(id);
  }

  /** The features of one picture; asked once. `soon` puts it before those fetched in advance. */
  look(id: string, url: string, soon = true): Promise<Features> {
    if (soon) this.hurry(id);
    const known = this.known.get(id);
    if (known) return known;
    const promise = new Promise<Features>((done, fail) => {
      const job = { id, url, done, fail };
      if (soon) this.waiting.unshift(job);
      else this.waiting.push(job);
    });
    this.known.set(id, promise);
    promise.then(
      (features) => this.seen.set(id, features),
      () => this.known.delete(id),
    );
    void this.work();
    return promise;
  }

  /** The features of many pictures, all made in the same way even when the way changes meanwhile. */
  async lookAll(pictures: { id: string; url: string }[], each: (done: number) => void): Promise<Features[]> {
    for (;;) {
      const epoch = this.epoch;
      let done = 0;
      const looks = [...pictures].reverse().map(async ({ id, url }) => {
        const features = await this.look(id, url);
        done += 1;
        each(done);
        return features;
      });
      const all = (await Promise.all(looks)).reverse();
      if (epoch === this.epoch) return all;
    }
  }

  private hurry(id: string): void {
    const index = this.waiting.findIndex((job) => job.id === id);
    const [job] = index > 0 ? this.waiting.splice(index, 1) : [];
    if (job) this.waiting.unshift(job);
  }

  /** Gives the network up: every picture, also those seen, is looked at anew in the simple way. */
  goSimple(): void {
    if (this.kind === "simple") return;
    this.worker?.terminate();
    this.worker = null;
    this.kind = "simple";
    this.epoch += 1;
    this.current = null;
    if (this.inHand) this.waiting.unshift(this.inHand);
    this.inHand = null;
    this.known.clear();
    this.seen.clear();
    this.changed();
    void this.work();
  }

  private hear(reply: Reply): void {
    if (reply.kind === "failed") {
      console.warn("image network:", reply.why);
      this.goSimple();
    } else if (reply.kind === "ready") {
      this.kind = "network";
      this.changed();
      void this.work();
    } else {
      this.times.push(Math.round(reply.ms));
      this.current?.(reply.features);
    }
  }

  private async work(): Promise<void> {
    if (this.inHand || this.kind === "opening") return;
    const job = this.waiting.shift();
    if (!job) return;
    this.inHand = job;
    const epoch = this.epoch;
    try {
      const rgba = await pixels(job.url);
      if (epoch !== this.epoch) return; // put back when the way changed
      job.done(unit(this.kind === "simple" ? simpleFeatures(rgba) : await this.ask(rgba)));
    } catch (error) {
      job.fail(error);
    }
    this.inHand = null;
    void this.work();
  }

  private ask(rgba: Uint8ClampedArray): Promise<Float32Array> {
    return new Promise((done) => {
      this.current = done;
      const buffer = rgba.buffer as ArrayBuffer;
      const message: Ask = { id: this.times.length, rgba: buffer };
      this.worker?.postMessage(message, [buffer]);
    });
  }
}

/** A picture, an SVG too, drawn into a square of SIDE pixels on white, in full, and read back as bytes. */
export async function pixels(url: string): Promise<Uint8ClampedArray> {
  const image = await loadImage(url);
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, SIDE, SIDE);
  pen.drawImage(image, 0, 0, SIDE, SIDE);
  return pen.getImageData(0, 0, SIDE, SIDE).data;
}

export function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((done, fail) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => fail(new Error(`picture not readable: ${url.slice(0, 60)}`));
    image.src = url;
  });
}
