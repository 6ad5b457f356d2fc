import { Controller } from "@hotwired/stimulus";

/**
 * A clock that goes by the server's time, not the tablet's: data-clock-now-value is the server's time in ms
 * when the page was drawn. Targets: "time" (10:34), "left" (9:40 until data-clock-end-value), "needle" (its
 * place between start and end). Sends clock:done once when the end is reached.
 */
export default class ClockController extends Controller<HTMLElement> {
  static override targets = ["time", "left", "needle"];
  static override values = { now: Number, start: Number, end: Number, paused: Boolean };
  declare readonly timeTargets: HTMLElement[];
  declare readonly leftTargets: HTMLElement[];
  declare readonly needleTargets: HTMLElement[];
  declare readonly nowValue: number;
  declare readonly startValue: number;
  declare readonly endValue: number;
  declare readonly pausedValue: boolean;
  private offset = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private doneFor = 0;

  override connect(): void {
    this.timer = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  override disconnect(): void {
    clearInterval(this.timer);
  }

  nowValueChanged(): void {
    this.offset = this.nowValue ? this.nowValue - Date.now() : 0;
    this.tick();
  }

  endValueChanged(): void {
    this.tick();
  }

  tick(): void {
    const now = this.pausedValue && this.nowValue ? this.nowValue : Date.now() + this.offset;
    for (const time of this.timeTargets) time.textContent = wallTime(now);
    if (!this.endValue) return;
    const left = Math.max(0, Math.ceil((this.endValue - now) / 1000));
    for (const target of this.leftTargets) target.textContent = minutesLeft(left);
    this.point(now);
    if (left === 0 && this.doneFor !== this.endValue) {
      this.doneFor = this.endValue;
      this.dispatch("done");
    }
  }

  private point(now: number): void {
    if (!this.startValue || this.endValue <= this.startValue) return;
    const share = Math.min(1, Math.max(0, (now - this.startValue) / (this.endValue - this.startValue)));
    for (const needle of this.needleTargets) needle.style.setProperty("--p", `${(share * 100).toFixed(1)}%`);
  }
}

/** 10:34, always in Beijing, whatever the tablet is set to. */
export function wallTime(ms: number): string {
  return new Date(ms + 8 * 3600 * 1000).toISOString().slice(11, 16);
}

export function minutesLeft(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
