import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";
import { parseFragment } from "../lib/morph";
import { newId } from "../player/ids";

const SLOWEST_MS = 120_000;

/** What the gateway says, event by event: the mark first, then words, at the end the turn as it is kept. */
interface Said {
  begin?: { label: string };
  text?: string;
  end?: object;
}

/**
 * A conversation: sends what was written, shows the turn that comes back and, when a model is to speak (data-ticket),
 * its words as they come. 停 ends them at once. When the model can't be reached the course's own words stand in its place.
 * What was written stays in the box until it has arrived.
 */
export default class TalkController extends Controller<HTMLElement> {
  static override targets = ["list", "form", "id", "task", "send", "stop", "status"];
  static override values = { url: String, gateway: String };
  declare readonly listTarget: HTMLElement;
  declare readonly formTarget: HTMLFormElement;
  declare readonly idTarget: HTMLInputElement;
  declare readonly taskTarget: HTMLInputElement;
  declare readonly sendTarget: HTMLButtonElement;
  declare readonly stopTarget: HTMLButtonElement;
  declare readonly statusTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly gatewayValue: string;
  private asking: AbortController | undefined;

  override connect(): void {
    this.box.addEventListener("keydown", this.key);
  }

  override disconnect(): void {
    this.box.removeEventListener("keydown", this.key);
    this.asking?.abort();
  }

  private get box(): HTMLTextAreaElement {
    return this.formTarget.elements.namedItem("text") as HTMLTextAreaElement;
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.formTarget.requestSubmit(this.sendTarget);
  };

  /** A button that says what kind of thing is meant. */
  ask(event: Event & { params: { task?: string } }): void {
    this.taskTarget.value = event.params.task ?? "";
  }

  send(event: SubmitEvent): void {
    event.preventDefault();
    if (this.asking) return;
    void this.post();
  }

  stop(): void {
    this.asking?.abort();
  }

  private async post(): Promise<void> {
    const asking = new AbortController();
    this.begin(asking);
    try {
      const answer = await fetch(this.urlValue, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.formTarget) as unknown as Record<string, string>),
        headers: { "X-Fragment": "1", "X-CSRFToken": csrfToken() },
        credentials: "same-origin",
      });
      const html = await answer.text();
      if (!answer.ok) {
        this.refused(html);
        return;
      }
      const turn = this.show(html);
      this.box.value = "";
      this.taskTarget.value = "";
      this.idTarget.value = newId();
      if (turn?.dataset["ticket"]) await this.listen(turn, asking);
    } catch {
      this.say("没有发出去，网络断了。你写的还在，连上再发。");
    } finally {
      this.end();
    }
  }

  /** Shows a model's words as they come; whatever happens, the turn ends as the server knows it. */
  private async listen(turn: HTMLElement, asking: AbortController): Promise<void> {
    const reply = turn.querySelector<HTMLElement>("[data-reply]");
    let whole = false;
    const late = setTimeout(() => asking.abort(), SLOWEST_MS);
    try {
      whole = await this.stream(turn.dataset["ticket"] ?? "", reply, asking.signal);
    } catch {
      whole = false;
    } finally {
      clearTimeout(late);
    }
    const stopped = asking.signal.aborted;
    const where = whole || stopped ? turn.dataset["done"] : turn.dataset["close"];
    const answer = await fetch(where ?? "", {
      method: whole || stopped ? "GET" : "POST",
      headers: { "X-Fragment": "1", "X-CSRFToken": csrfToken() },
      credentials: "same-origin",
    });
    if (answer.ok) this.show(await answer.text(), turn);
    this.say(stopped ? "停下了" : "说完了");
  }

  private async stream(ticket: string, into: HTMLElement | null, signal: AbortSignal): Promise<boolean> {
    const answer = await fetch(`${this.gatewayValue}/talk/${ticket}`, {
      method: "POST",
      signal,
    });
    if (!answer.ok || !answer.body) return false;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let text = "";
    let mark = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!line.startsWith("data:")) continue;
        const said = JSON.parse(line.slice(5)) as Said;
        if (said.end) return true;
        if (said.begin) mark = `（${said.begin.label}）`;
        text += said.text ?? "";
        if (into) into.textContent = text + mark;
      }
    }
  }

  private show(html: string, instead?: HTMLElement): HTMLElement | undefined {
    const turn = parseFragment(html);
    if (!(turn instanceof HTMLElement)) return undefined;
    if (instead) instead.replaceWith(turn);
    else this.listTarget.append(turn);
    turn.scrollIntoView({ block: "nearest" });
    return turn;
  }

  private refused(html: string): void {
    const words = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
    this.say(words || "没有发出去，你写的还在。");
    this.statusTarget.classList.remove("say");
  }

  private begin(asking: AbortController): void {
    this.asking = asking;
    this.statusTarget.classList.add("say");
    this.sendTarget.setAttribute("aria-busy", "true");
    this.stopTarget.hidden = false;
    this.say("发出去了");
  }

  private end(): void {
    this.asking = undefined;
    this.sendTarget.removeAttribute("aria-busy");
    this.stopTarget.hidden = true;
    this.box.focus();
  }

  private say(words: string): void {
    this.statusTarget.textContent = words;
  }
}
