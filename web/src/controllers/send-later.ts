import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";
import { openStore, type Store } from "../player/store";

interface Kept {
  fields: Record<string, string[]>;
  waiting: boolean;
}

const OFFLINE = "没有网：写的存在这台设备上，别关这一页，有网了自动交。";
const SIGNED_OUT = "登录已经结束：写的存在这台设备上。在新窗口登录，回到这里再点一次“交”。";
const NOT_KEPT = "这个浏览器存不下草稿：交出去以前，别关这一页。";

/**
 * A form that is written where there may be no network: kept on this device at every key, sent when it can be.
 * The form's own hidden key goes with it each time, so that the server takes what arrives twice as one.
 */
export default class SendLaterController extends Controller<HTMLFormElement> {
  static override targets = ["told"];
  static override values = { key: String };
  declare readonly toldTarget: HTMLElement;
  declare readonly keyValue: string;
  private readonly store: Promise<Store> = openStore();
  private sending = false;
  private waiting = false;

  override connect(): void {
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("change", this.typed);
    this.element.addEventListener("submit", this.submitted);
    addEventListener("online", this.back);
    void this.putBack();
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("change", this.typed);
    this.element.removeEventListener("submit", this.submitted);
    removeEventListener("online", this.back);
  }

  private get key(): string {
    return `later/${this.keyValue}`;
  }

  private async putBack(): Promise<void> {
    const store = await this.store;
    if (!store.lasting) this.tell(NOT_KEPT);
    const kept = (await store.draft(this.key)) as unknown as Kept | undefined;
    if (!kept) return;
    this.fill(kept.fields);
    this.waiting = kept.waiting;
    if (kept.waiting) await this.send();
  }

  private fill(fields: Kept["fields"]): void {
    for (const field of this.element.elements) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) || !field.name)
        continue;
      if (field.name === "csrfmiddlewaretoken") continue;
      const said = fields[field.name] ?? [];
      if (field instanceof HTMLInputElement && field.type === "checkbox")
        field.checked = said.includes(field.value);
      else if (said[0] !== undefined) field.value = said[0];
    }
  }

  private fields(): Kept["fields"] {
    const found: Kept["fields"] = {};
    for (const [name, value] of new FormData(this.element))
      if (name !== "csrfmiddlewaretoken" && typeof value === "string")
        found[name] = [...(found[name] ?? []), value];
    return found;
  }

  private async keep(): Promise<void> {
    const store = await this.store;
    await store
      .keepDraft(this.key, { fields: this.fields(), waiting: this.waiting })
      .catch(() => this.tell(NOT_KEPT));
  }

  private readonly typed = () => void this.keep();

  private readonly submitted = (event: Event) => {
    event.preventDefault();
    void this.send();
  };

  private readonly back = () => {
    if (this.waiting) void this.send();
  };

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    this.waiting = true;
    await this.keep();
    try {
      const answer = await fetch(this.element.action, {
        method: "POST",
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: new FormData(this.element),
      });
      await this.answered(answer);
    } catch {
      this.tell(OFFLINE);
    } finally {
      this.sending = false;
    }
  }

  private async answered(answer: Response): Promise<void> {
    const type = answer.headers.get("Content-Type") ?? "";
    if (!type.includes("json") || answer.status === 401) {
      this.tell(answer.status >= 500 ? OFFLINE : SIGNED_OUT);
      return;
    }
    const said = (await answer.json()) as { kept?: boolean; next?: string; says?: string };
    this.waiting = false;
    if (said.kept && said.next) {
      await (await this.store).dropDrafts(this.key);
      location.assign(said.next);
      return;
    }
    await this.keep();
    this.tell(said.says ?? OFFLINE);
  }

  private tell(words: string): void {
    this.toldTarget.textContent = words;
    this.toldTarget.hidden = false;
  }
}
