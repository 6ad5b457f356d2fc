// The class as the teacher leads it: asked for every few seconds, answered with 304 when nothing changed.

import type { Live } from "./types";

const IN_CLASS_MS = 3_000;
const OUTSIDE_MS = 45_000;
const HIDDEN_MS = 30_000;
const PULSE_MS = 3_000;

export interface Pulse {
  activity: string;
  done: string[];
  steps: [number, number];
  tries: number;
}

/** What a pupil's page hears about the period, and what it tells. */
export class LiveLink {
  private etag = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;
  private misses = 0;
  private lastPulse = "";
  private next: Pulse | null = null;
  private pulsing: ReturnType<typeof setTimeout> | undefined;
  private seq: number;
  handUp = false;

  constructor(
    private readonly url: string,
    private live: Live | null,
    private readonly post: (path: string, body: unknown) => Promise<boolean>,
    private readonly heard: (live: Live | null) => void,
    seq = 0,
  ) {
    this.seq = Math.max(seq, 0);
  }

  start(): void {
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0));
    window.addEventListener("online", () => this.soon(0));
    this.soon(this.pause());
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Says where the pupil is, at most every few seconds; the same thing is not said twice within a minute. */
  pulse(pulse: Pulse): void {
    this.next = pulse;
    this.pulsing ??= setTimeout(
      () => {
        this.pulsing = undefined;
        if (this.next) this.sendPulse(this.next);
      },
      this.lastPulse ? PULSE_MS : 0,
    );
  }

  private sendPulse(pulse: Pulse): void {
    if (!this.live || this.live.ended) return;
    const text = JSON.stringify(pulse) + Math.floor(Date.now() / 60_000);
    if (text === this.lastPulse) return;
    this.lastPulse = text;
    this.seq += 1;
    void this.post("heartbeat", {
      period: this.live.period,
      activity: pulse.activity,
      done: pulse.done,
      steps_done: pulse.steps[0],
      steps_total: pulse.steps[1],
      tries: pulse.tries,
      seq: this.seq,
    });
  }

  async hand(up: boolean): Promise<boolean> {
    if (!this.live) return false;
    const ok = await this.post("hand", { period: this.live.period, up });
    if (ok) this.handUp = up;
    return ok;
  }

  async vote(poll: string, choice: string): Promise<boolean> {
    return this.live ? this.post("vote", { period: this.live.period, poll, choice }) : false;
  }

  private pause(): number {
    const base = document.hidden ? HIDDEN_MS : this.live && !this.live.ended ? IN_CLASS_MS : OUTSIDE_MS;
    return Math.min(base * 2 ** Math.min(this.misses, 4), 60_000) * (0.9 + Math.random() / 5);
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    try {
      const headers: Record<string, string> = { Accept: "application/json" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const answer = await fetch(this.url, {
        credentials: "same-origin",
        headers,
        cache: "no-store",
        redirect: "error",
      });
      if (answer.status === 200) {
        this.etag = answer.headers.get("ETag") ?? "";
        this.live = ((await answer.json()) as { live: Live | null }).live;
        this.heard(this.live);
      }
      this.misses = answer.ok || answer.status === 304 ? 0 : this.misses + 1;
    } catch {
      this.misses += 1;
    }
    this.soon(this.pause());
  }
}
