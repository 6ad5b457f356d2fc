import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";

const PREFIX = "qiming:survey:";
const AGAIN_MS = 15_000;

interface Kept {
  url: string;
  ends: string;
  fields: [string, string][];
  isReady: boolean;
}

/**
 * An anonymous survey on a device whose network may go. The draft lies here under the one-use token until it has
 * arrived; what was handed in without network is sent as soon as there is one, by this page or by any later page with
 * surveys on it. Sending twice is harmless: the server knows the token.
 */
export default class SurveyController extends Controller<HTMLElement> {
  static override targets = ["told", "button"];
  static override values = { key: String, ends: String, after: String };
  declare readonly toldTarget: HTMLElement;
  declare readonly hasToldTarget: boolean;
  declare readonly buttonTarget: HTMLButtonElement;
  declare readonly hasButtonTarget: boolean;
  declare readonly keyValue: string;
  declare readonly endsValue: string;
  declare readonly afterValue: string;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connect(): void {
    tidy();
    this.putBack();
    addEventListener("online", this.flush);
    this.timer = setInterval(this.flush, AGAIN_MS);
    void this.flush();
  }

  override disconnect(): void {
    removeEventListener("online", this.flush);
    clearInterval(this.timer);
  }

  keep(): void {
    this.store(false);
  }

  async send(event: Event): Promise<void> {
    event.preventDefault();
    this.store(true);
    if (this.hasButtonTarget) this.buttonTarget.disabled = true;
    await this.flush();
  }

  private readonly flush = async (): Promise<void> => {
    for (const key of keys()) {
      const kept = read(key);
      if (kept?.isReady) await this.deliver(key, kept);
    }
  };

  private async deliver(key: string, kept: Kept): Promise<void> {
    let answer: Response;
    try {
      answer = await fetch(kept.url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        body: new URLSearchParams(kept.fields),
      });
    } catch {
      this.tell("没有网络。答卷存在这台设备上，连上网自动交，可以先做别的。");
      return;
    }
    const told = (await answer.json().catch(() => ({}))) as { says?: string; title?: string; next?: string };
    if (answer.ok || answer.status === 404 || answer.status === 409) localStorage.removeItem(key);
    else write(key, { ...kept, isReady: answer.status >= 500 || answer.status === 429 });
    this.tell(told.says ?? `${told.title ?? "没有交上"}。${told.next ?? "答卷还在这台设备上。"}`);
    if (answer.ok && key === this.key && this.afterValue) location.assign(this.afterValue);
    else if (this.hasButtonTarget) this.buttonTarget.disabled = false;
  }

  private get key(): string {
    return PREFIX + this.keyValue;
  }

  private store(isReady: boolean): void {
    if (!(this.element instanceof HTMLFormElement) || !this.keyValue) return;
    const fields = [...new FormData(this.element)].filter(
      (one): one is [string, string] => typeof one[1] === "string" && one[0] !== "csrfmiddlewaretoken",
    );
    write(this.key, { url: this.element.action, ends: this.endsValue, fields, isReady });
  }

  private putBack(): void {
    const kept = this.keyValue ? read(this.key) : undefined;
    if (!kept) return;
    for (const [name, value] of kept.fields) {
      for (const field of this.element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
        `[name="${CSS.escape(name)}"]`,
      )) {
        if (field.type === "radio" || field.type === "checkbox")
          (field as HTMLInputElement).checked ||= field.value === value;
        else if (field.type !== "hidden") field.value = value;
      }
    }
  }

  private tell(words: string): void {
    if (!this.hasToldTarget) return;
    this.toldTarget.textContent = words;
    this.toldTarget.hidden = false;
  }
}

/** Drafts of surveys that are over are nobody's business any more. */
function tidy(): void {
  const today = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
  for (const key of keys()) if ((read(key)?.ends ?? "") < today) localStorage.removeItem(key);
}

function keys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): Kept | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // storage is full or switched off: what is on the page can still be sent while it is open
  }
}
