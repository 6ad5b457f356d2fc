// The hint ladder: one rung at a time, each asked for; the worked solution stands behind the last.

import { h, made } from "./dom";
import type { ItemPast, PublicItem } from "./types";
import { aloud } from "./voice";

export interface LadderDesk {
  ask(rung: number): void;
  solution(): void;
  readonly aloud: boolean;
}

export class Ladder {
  readonly el: HTMLElement;
  private readonly list = h("ol", { class: "ladder" });
  private readonly below = h("div", { class: "after-ladder" });
  private readonly note = h("p", { class: "small soft", role: "status" });
  private readonly rungs: string[];
  private solution: string | null;
  private open_ = false;
  private asked = false;

  constructor(
    private readonly item: PublicItem,
    past: ItemPast | undefined,
    private readonly desk: LadderDesk,
  ) {
    this.rungs = [...(past?.hints ?? [])];
    this.solution = past?.solution ?? null;
    this.open_ = past?.solution_open ?? false;
    const id = `hint-${item.key}`;
    this.el = h(
      "section",
      { class: "hint", "aria-labelledby": id },
      h("h2", { id }, "提示梯 ", h("small", { class: "small soft" }, "看几步都可以，不扣分")),
      this.list,
      this.note,
      this.below,
    );
    this.el.hidden = item.hints === 0;
    const companion = document.body.dataset["companion"];
    if (companion) {
      const link = h("a", { class: "btn", href: `${companion}${item.key}/` }, "问学伴");
      this.el.append(h("p", { class: "ask-companion" }, link));
    }
    this.draw();
  }

  snapshot(): Omit<ItemPast, "tries"> {
    return { hints: [...this.rungs], solution: this.solution, solution_open: this.open_ };
  }

  open(rung: number, html: string): void {
    this.asked = false;
    this.rungs[rung - 1] = html;
    this.note.textContent = "";
    this.draw();
  }

  solutionOpen(open: boolean): void {
    if (open === this.open_) return;
    this.open_ = open;
    this.draw();
  }

  showSolution(html: string): void {
    this.asked = false;
    this.solution = html;
    this.draw();
  }

  waiting(): void {
    this.note.textContent = "现在没有网络，连上就给你这一步。";
  }

  refused(reason: string): void {
    this.asked = false;
    this.note.textContent = reason;
    this.draw();
  }

  private draw(): void {
    const next = this.rungs.length + 1;
    this.list.replaceChildren(...Array.from({ length: this.item.hints }, (_, at) => this.rung(at + 1, next)));
    this.below.replaceChildren(...this.afterLadder());
  }

  private rung(no: number, next: number): HTMLElement {
    const mark = h("span", { class: "rung" }, String(no));
    const html = this.rungs[no - 1];
    if (html !== undefined) return h("li", { class: "open" }, mark, this.said("", html));
    if (no === next) {
      const words = no === 1 ? "看第一步" : "再看一步";
      const button = h("button", { class: "btn", type: "button", onclick: () => this.ask(no) }, words);
      if (this.asked) button.setAttribute("aria-busy", "true");
      return h("li", { class: "wait ask-next" }, mark, button);
    }
    return h("li", { class: "wait" }, mark, h("p", {}, no === this.item.hints ? "最后一步" : ""));
  }

  private said(className: string, html: string): HTMLElement {
    const said = made("div", className, html);
    return this.desk.aloud ? aloud(said) : said;
  }

  private ask(rung: number): void {
    if (this.asked) return;
    this.asked = true;
    this.desk.ask(rung);
    this.draw();
  }

  private afterLadder(): HTMLElement[] {
    if (this.solution !== null) {
      return [h("div", { class: "solution" }, h("h3", {}, "解答"), this.said("prose", this.solution))];
    }
    if (this.rungs.length < this.item.hints) return [];
    if (!this.open_) {
      return [h("p", { class: "small soft" }, "提示都看过了。再换个想法试一试，试过两次就能看解答。")];
    }
    const show = () => {
      if (this.asked) return;
      this.asked = true;
      this.desk.solution();
      this.draw();
    };
    return [
      h(
        "button",
        { class: "btn", type: "button", onclick: show, "aria-busy": this.asked ? "true" : false },
        "看解答",
      ),
      h("p", { class: "small soft" }, "看过解答，这道题就只算看过；下次换一道再试。"),
    ];
  }
}
