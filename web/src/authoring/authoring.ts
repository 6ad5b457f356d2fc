import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";
import { mountPreviews } from "./preview";

const IDLE_MS = 900;
const CHOSEN_MS = 60;
const AGAIN_MS = 5000;
const PARTS = ["outline", "side", "form"];

/**
 * The editor of a lesson: keeps what is typed a moment after the last key, one save at a time. What two people wrote
 * in the same words is shown side by side and nothing is sent until one is chosen. Without network it waits.
 */
export default class AuthoringController extends Controller<HTMLElement> {
  static override targets = ["form", "base", "state", "clash"];
  declare readonly formTarget: HTMLFormElement;
  declare readonly baseTarget: HTMLInputElement;
  declare readonly stateTarget: HTMLElement;
  declare readonly clashTarget: HTMLElement;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private piece = "";
  private dirty = false;
  private sending: Promise<boolean> | null = null;

  override connect(): void {
    mountPreviews(this.element);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("change", this.typed);
    this.element.addEventListener("focusin", this.follow);
    this.element.addEventListener("submit", this.submitted, true);
    document.addEventListener("click", this.leaving, true);
    window.addEventListener("online", this.online);
    window.addEventListener("beforeunload", this.unloading);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("change", this.typed);
    this.element.removeEventListener("focusin", this.follow);
    this.element.removeEventListener("submit", this.submitted, true);
    document.removeEventListener("click", this.leaving, true);
    window.removeEventListener("online", this.online);
    window.removeEventListener("beforeunload", this.unloading);
  }

  private get clashing(): boolean {
    return this.clashTarget.childElementCount > 0;
  }

  private readonly typed = (event: Event) => {
    const field = event.target;
    const ours = field instanceof Element && this.formTarget.contains(field);
    if (!ours || !("name" in field) || !field.name) return;
    this.dirty = true;
    if (!this.clashing) {
      this.tell("还没存");
      this.soon(field instanceof HTMLSelectElement ? CHOSEN_MS : IDLE_MS);
    }
  };

  /** Of a long text the preview shows the piece that is being written, or was last: a save draws it anew. */
  private readonly follow = () => this.showPiece();

  private showPiece(): void {
    const piece = document.activeElement?.closest<HTMLElement>("[data-piece-of]")?.dataset["pieceOf"];
    const key = piece?.split(".").at(-1) ?? this.piece;
    if (!key) return;
    this.piece = key;
    const aside = this.element.querySelector<HTMLElement>(".ed-right");
    for (const one of this.element.querySelectorAll<HTMLElement>("[data-piece]")) {
      const here = one.dataset["piece"] === key;
      one.classList.toggle("at", here);
      if (here && aside && getComputedStyle(aside).position === "sticky") {
        aside.scrollTop += one.getBoundingClientRect().top - aside.getBoundingClientRect().top - 48;
      }
    }
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), ms);
  }

  /** A button of a list changes the form itself; everything else that leaves the page waits for the save. */
  private readonly submitted = (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    const act = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "";
    if (form === this.formTarget) {
      event.preventDefault();
      void this.save(act, true);
      return;
    }
    if (!this.dirty && !this.sending) return;
    event.preventDefault();
    const submitter = event.submitter;
    void this.settle().then((kept) => kept && form.requestSubmit(submitter));
  };

  private readonly leaving = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || link.target || (!this.dirty && !this.sending)) return;
    event.preventDefault();
    void this.settle().then((kept) => kept && location.assign(link.href));
  };

  private readonly online = () => {
    if (this.dirty) void this.save();
  };

  private readonly unloading = (event: BeforeUnloadEvent) => {
    if (this.dirty) event.preventDefault();
  };

  private async settle(): Promise<boolean> {
    await this.sending;
    return this.dirty ? this.save() : true;
  }

  /** True when nothing is left unsaved. */
  private async save(act = "", always = false): Promise<boolean> {
    clearTimeout(this.timer);
    await this.sending;
    if (this.clashing && !always) return false;
    if (!this.dirty && !always) return true;
    this.sending = this.send(act);
    const kept = await this.sending;
    this.sending = null;
    return kept;
  }

  private async send(act: string): Promise<boolean> {
    const body = new FormData(this.formTarget);
    body.set("act", act);
    this.dirty = false;
    this.tell("正在存…");
    let answer: Response;
    try {
      answer = await fetch(this.formTarget.action, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { "X-Fragment": "1", "X-CSRFToken": csrfToken() },
      });
    } catch {
      this.dirty = true;
      this.tell("网络断了，写的都在这一页上，连上就存", true);
      this.soon(AGAIN_MS);
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) return this.kept(page);
    this.dirty = true;
    const clash = page.querySelector("[data-part=clash]");
    if (clash) {
      this.clashTarget.replaceChildren(document.importNode(clash, true));
      this.clashTarget.querySelector<HTMLElement>("button")?.focus();
      this.tell("没有存：同事也改了这里", true);
    } else {
      this.tell(
        page.querySelector(".note b, h1, strong")?.textContent?.trim() || "没有存上，请刷新页面再试",
        true,
      );
    }
    return false;
  }

  private kept(page: Document): boolean {
    const focused = document.activeElement;
    const name = focused instanceof HTMLElement ? focused.getAttribute("name") : null;
    const value = focused instanceof HTMLButtonElement ? focused.value : null;
    this.clashTarget.replaceChildren();
    for (const part of PARTS) {
      const fresh = page.querySelector(`[data-part=${part}]`);
      const old = this.element.querySelector(`[data-part=${part}]`);
      if (fresh && old && !(part === "form" && this.dirty)) old.replaceWith(document.importNode(fresh, true));
    }
    const state = page.querySelector<HTMLElement>("[data-part=state]");
    if (state?.dataset["base"]) this.baseTarget.value = state.dataset["base"];
    if (focused && !focused.isConnected && name) this.focusAgain(name, value);
    mountPreviews(this.element);
    this.showPiece();
    const now = new Date();
    const clock = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    if (this.dirty) this.soon(IDLE_MS);
    else this.tell(`已存好 ${clock}`);
    return !this.dirty;
  }

  /** The button pressed, or the last one of its list when that piece is gone. */
  private focusAgain(name: string, value: string | null): void {
    const all = [...this.formTarget.querySelectorAll<HTMLElement>(`[name="${CSS.escape(name)}"]`)];
    const same = all.find((one) => one instanceof HTMLButtonElement && one.value === value && !one.disabled);
    const list = value?.split(":")[1]?.split(".")[0] ?? "";
    const add = all.find((one) => one instanceof HTMLButtonElement && one.value === `add:${list}`);
    (same ?? add ?? all[0])?.focus();
  }

  /** Ours over theirs: sent as a change of what they wrote, which stays in the history. */
  mine(): void {
    const clash = this.clashTarget.querySelector<HTMLElement>("[data-part=clash]");
    if (clash?.dataset["base"]) this.baseTarget.value = clash.dataset["base"];
    this.clashTarget.replaceChildren();
    void this.save("", true);
  }

  theirs(): void {
    this.dirty = false;
    location.reload();
  }

  private tell(text: string, need = false): void {
    const words = this.stateTarget.querySelector("span") ?? this.stateTarget;
    words.textContent = text;
    this.stateTarget.classList.toggle("need", need);
  }
}
