// A question of the teacher to the whole class, shown above whatever step is open.

import { h, set } from "./dom";
import type { Poll } from "./types";

export class PollCard {
  readonly el = h("section", { class: "poll-card", "aria-live": "polite", hidden: true });
  private shown = "";
  private mine: string | null = null;
  private readonly note = h("p", { class: "small soft", role: "status" });
  private buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly vote: (poll: string, choice: string) => Promise<boolean>) {}

  /** `null`, or a poll that is closed, puts the card away; what is being chosen is not redrawn under the finger. */
  show(poll: Poll | null): void {
    const open = poll?.open ? poll : null;
    this.el.hidden = open === null;
    if (!open || open.id === this.shown) return;
    this.shown = open.id;
    this.mine = open.mine;
    this.buttons = new Map();
    const list = h("div", { class: "choices", role: "radiogroup", "aria-label": open.question });
    for (const choice of open.choices) {
      const button = h(
        "button",
        {
          class: "choice",
          type: "button",
          role: "radio",
          onclick: () => void this.pick(open.id, choice.key),
        },
        h("span", { class: "k" }, choice.key),
        h("span", { class: "t" }, choice.text),
      );
      this.buttons.set(choice.key, button);
      list.append(button);
    }
    const again = open.round > 1 ? "讨论过了，再选一次。" : "老师问全班";
    this.note.textContent = "";
    this.el.replaceChildren(
      h("p", { class: "small soft" }, again),
      h("h2", {}, open.question),
      list,
      this.note,
    );
    this.paint();
  }

  private async pick(poll: string, choice: string): Promise<void> {
    const before = this.mine;
    this.mine = choice;
    this.paint();
    if (await this.vote(poll, choice)) this.note.textContent = "投好了，还可以改。";
    else {
      this.mine = before;
      this.paint();
      this.note.textContent = "没有送到，请再点一次；也可以举手说。";
    }
  }

  private paint(): void {
    for (const [key, button] of this.buttons) set(button, "aria-checked", String(key === this.mine));
  }
}
