// Python as a machine that is opened once, runs one program at a time, and can always be stopped: stopping ends the
// worker and opens the next one at once.
import type { Job, Parts, Ran, Reply } from "./sealed-worker";

export type Phase = "cold" | "opening" | "ready" | "running" | "broken";
export type Outcome =
  | { kind: "ran"; ran: Ran; ms: number }
  | { kind: "timeout" }
  | { kind: "stopped" }
  | { kind: "crashed"; why: string };

export interface Means {
  parts(progress: (share: number) => void): Promise<Parts>;
  worker(): Promise<Worker>;
}

interface Running {
  end(outcome: Outcome): void;
  out(text: string): void;
}

export class Machine {
  phase: Phase = "cold";
  /** Share fetched while opening. */
  share = 0;
  /** Goes up with every worker: what cells left behind is gone with the old one. */
  age = 0;
  /** Why it is broken. */
  error: unknown = null;
  private worker: Worker | null = null;
  private opened: Promise<void> | null = null;
  private running: Running | null = null;
  private closed = false;

  constructor(
    private readonly means: Means,
    private readonly changed: () => void,
  ) {}

  /** Fetches and opens Python; safe to call again, also after it failed. */
  warm(): Promise<void> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = null;
      this.error = error;
      this.become("broken");
      throw error;
    });
    return this.opened;
  }

  private async open(): Promise<void> {
    this.error = null;
    this.become("opening");
    const parts = await this.means.parts((share) => {
      this.share = share;
      this.changed();
    });
    this.share = 1;
    const worker = await this.means.worker();
    if (this.closed) return worker.terminate();
    this.worker = worker;
    this.age += 1;
    await new Promise<void>((done, fail) => {
      worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if (data.kind === "ready") done();
        else if (data.kind === "failed") fail(new Error(data.why));
      };
      worker.onerror = (event) => fail(new Error(event.message || "the worker did not start"));
      worker.postMessage({ kind: "open", parts });
    });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data);
    worker.onerror = (event) => this.crash(event.message);
    if (!this.closed) this.become("ready");
  }

  /** Runs a program for at most so many seconds, counted from when Python is ready. */
  async run(job: Job, seconds: number, out: (text: string) => void): Promise<Outcome> {
    if (this.running) return { kind: "stopped" };
    let stopped = false;
    const early = new Promise<Outcome>((done) => {
      this.running = {
        out,
        end: (outcome) => {
          stopped = true;
          done(outcome);
        },
      };
    });
    try {
      await Promise.race([this.warm(), early]);
      if (stopped) return await early;
      this.become("running");
      const from = performance.now();
      const ended = this.ending(out, seconds, from);
      this.worker?.postMessage({ kind: "run", job });
      return await ended;
    } catch (error) {
      return { kind: "crashed", why: String(error) };
    } finally {
      this.running = null;
      if (this.phase === "running") this.become("ready");
    }
  }

  private ending(out: (text: string) => void, seconds: number, from: number): Promise<Outcome> {
    return new Promise((done) => {
      const timer = setTimeout(() => this.replace({ kind: "timeout" }), seconds * 1000);
      this.running = {
        out,
        end: (outcome) => {
          clearTimeout(timer);
          done(outcome.kind === "ran" ? { ...outcome, ms: performance.now() - from } : outcome);
        },
      };
    });
  }

  stop(): void {
    if (this.phase === "running") this.replace({ kind: "stopped" });
    else this.running?.end({ kind: "stopped" });
  }

  close(): void {
    this.closed = true;
    this.running?.end({ kind: "stopped" });
    this.worker?.terminate();
    this.worker = null;
  }

  private hear(reply: Reply): void {
    if (reply.kind === "out") this.running?.out(reply.text);
    else if (reply.kind === "ran") this.running?.end({ kind: "ran", ran: reply.ran, ms: 0 });
    else if (reply.kind === "failed") this.crash(reply.why);
  }

  private crash(why: string): void {
    this.replace({ kind: "crashed", why });
  }

  /** Ends the worker, which may be in an endless loop, and opens the next. */
  private replace(outcome: Outcome): void {
    this.worker?.terminate();
    this.worker = null;
    this.opened = null;
    this.phase = "cold";
    this.running?.end(outcome);
    if (!this.closed) this.warm().catch(() => undefined);
  }

  private become(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }
}
