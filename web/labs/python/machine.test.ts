import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Machine, type Means } from "./machine";
import type { Ask, Job, Parts, Ran, Reply } from "./sealed-worker";

const JOB: Job = { source: "", answers: [], files: {}, check: "", checks: [] };
const RAN: Ran = { error: null, drawings: [], asked: null, checks: [] };

/** A worker that answers as the test tells it. */
class Fake {
  onmessage: ((event: { data: Reply }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  ended = false;
  heard: Ask[] = [];
  constructor(private readonly opens: "ready" | "failed" | "never") {}
  postMessage(ask: Ask): void {
    this.heard.push(ask);
    if (ask.kind !== "open" || this.opens === "never") return;
    const reply: Reply = this.opens === "ready" ? { kind: "ready" } : { kind: "failed", why: "old" };
    queueMicrotask(() => this.onmessage?.({ data: reply }));
  }
  say(reply: Reply): void {
    if (!this.ended) this.onmessage?.({ data: reply });
  }
  terminate(): void {
    this.ended = true;
  }
}

let workers: Fake[];
const made = (opens: "ready" | "failed" | "never" = "ready", parts?: () => Promise<Parts>): Machine => {
  const means: Means = {
    parts: parts ?? (async () => ({}) as Parts),
    worker: async () => {
      const worker = new Fake(opens);
      workers.push(worker);
      return worker as unknown as Worker;
    },
  };
  return new Machine(means, () => undefined);
};
const settle = async () => {
  for (let i = 0; i < 12; i += 1) await Promise.resolve();
};

beforeEach(() => {
  workers = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the machine", () => {
  it("opens once, runs, hands on what is printed, and runs again in the same worker", async () => {
    const machine = made();
    const printed: string[] = [];
    for (const _ of [1, 2]) {
      const running = machine.run(JOB, 5, (text) => printed.push(text));
      await settle();
      expect(machine.phase).toBe("running");
      workers[0]?.say({ kind: "out", text: "1\n" });
      workers[0]?.say({ kind: "ran", ran: RAN });
      expect(await running).toMatchObject({ kind: "ran", ran: RAN });
    }
    expect([printed, workers.length, machine.phase]).toEqual([["1\n", "1\n"], 1, "ready"]);
  });

  it("ends an endless program after its time and has the next worker ready", async () => {
    const machine = made();
    const running = machine.run(JOB, 5, () => undefined);
    await settle();
    vi.advanceTimersByTime(4999);
    expect(machine.phase).toBe("running");
    vi.advanceTimersByTime(2);
    expect(await running).toEqual({ kind: "timeout" });
    await settle();
    expect([workers[0]?.ended, workers.length, machine.phase]).toEqual([true, 2, "ready"]);
    const next = machine.run(JOB, 5, () => undefined);
    await settle();
    workers[1]?.say({ kind: "ran", ran: RAN });
    expect((await next).kind).toBe("ran");
  });

  it("stops when asked, also while it still opens", async () => {
    const machine = made();
    const running = machine.run(JOB, 5, () => undefined);
    await settle();
    machine.stop();
    expect(await running).toEqual({ kind: "stopped" });
    expect(workers[0]?.ended).toBe(true);

    const slow = made("never");
    const waiting = slow.run(JOB, 5, () => undefined);
    await settle();
    slow.stop();
    expect(await waiting).toEqual({ kind: "stopped" });
  });

  it("survives a crash of Python", async () => {
    const machine = made();
    const running = machine.run(JOB, 5, () => undefined);
    await settle();
    workers[0]?.say({ kind: "failed", why: "stack" });
    expect(await running).toEqual({ kind: "crashed", why: "stack" });
    await settle();
    expect([machine.phase, workers.length]).toEqual(["ready", 2]);
  });

  it("says when it cannot be opened, and tries again when asked", async () => {
    let fail = true;
    const machine = made("ready", async () => {
      if (fail) throw new Error("offline");
      return {} as Parts;
    });
    await expect(machine.warm()).rejects.toThrow("offline");
    expect([machine.phase, String(machine.error)]).toEqual(["broken", "Error: offline"]);
    expect((await machine.run(JOB, 5, () => undefined)).kind).toBe("crashed");
    expect(machine.phase).toBe("broken");
    fail = false;
    await machine.warm();
    expect(machine.phase).toBe("ready");

    const old = made("failed");
    await expect(old.warm()).rejects.toThrow("old");
    expect(old.phase).toBe("broken");
  });

  it("leaves no worker behind when closed, not even one that was just opening", async () => {
    const machine = made();
    const opening = machine.warm();
    machine.close();
    await opening;
    const open = made();
    await open.warm();
    open.close();
    expect(workers.map(({ ended }) => ended)).toEqual([true, true]);
  });
});
