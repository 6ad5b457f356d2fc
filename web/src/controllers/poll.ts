import { Controller } from "@hotwired/stimulus";
import { morph, parseFragment } from "../lib/morph";

const SLOWEST_MS = 60_000;

/**
 * Keeps a piece of the page fresh: asks every few seconds with the ETag it has, swaps only when something
 * changed and keeps focus. Waits while the page is hidden; when the server doesn't answer it slows down,
 * marks the piece as stale (target "stale" is shown) and goes on. 204 or 410 means it is over; 401, 403 or 404
 * that a right was lost: poll:refused carries the server's words.
 */
export default class PollController extends Controller<HTMLElement> {
  static override targets = ["body", "stale"];
  static override values = { url: String, every: { type: Number, default: 4000 }, etag: String };
  declare readonly bodyTargets: HTMLElement[];
  declare readonly staleTargets: HTMLElement[];
  declare readonly urlValue: string;
  declare readonly everyValue: number;
  declare etagValue: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private over = false;
  private asking: AbortController | undefined;

  override connect(): void {
    document.addEventListener("visibilitychange", this.seen);
    this.schedule(this.everyValue);
  }

  override disconnect(): void {
    document.removeEventListener("visibilitychange", this.seen);
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  /** Asks at once (after a button changed something). */
  now(): Promise<void> {
    clearTimeout(this.timer);
    return this.ask();
  }

  private readonly seen = () => {
    if (document.hidden) clearTimeout(this.timer);
    else if (!this.over) void this.now();
  };

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (this.over || document.hidden) return;
    this.timer = setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const headers: Record<string, string> = { "X-Fragment": "1" };
      if (this.etagValue) headers["If-None-Match"] = this.etagValue;
      const answer = await fetch(this.urlValue, {
        headers,
        credentials: "same-origin",
        signal: asking.signal,
      });
      await this.take(answer);
    } catch {
      if (!asking.signal.aborted) this.failed();
    }
  }

  private async take(answer: Response): Promise<void> {
    if (answer.status === 204 || answer.status === 410 || answer.redirected) {
      this.over = true;
      this.dispatch("over");
      return;
    }
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
      this.over = true;
      this.dispatch("refused", { detail: { html: await answer.text() } });
      return;
    }
    if (answer.status === 200) {
      this.etagValue = answer.headers.get("ETag") ?? "";
      this.swap(await answer.text());
    } else if (answer.status !== 304) {
      this.failed();
      return;
    }
    this.failures = 0;
    this.stale(false);
    this.schedule(this.everyValue);
  }

  private swap(html: string): void {
    const fresh = parseFragment(html);
    const body = this.bodyTargets[0];
    if (!fresh || !body) return;
    if (!fresh.hasAttribute("data-poll-target")) fresh.setAttribute("data-poll-target", "body");
    morph(body, fresh);
    this.dispatch("fresh");
  }

  private failed(): void {
    this.failures += 1;
    this.stale(this.failures > 1);
    this.schedule(Math.min(SLOWEST_MS, this.everyValue * 2 ** Math.min(this.failures, 6)));
  }

  private stale(is: boolean): void {
    for (const target of this.staleTargets) target.hidden = !is;
  }
}
