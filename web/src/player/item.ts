// One item: question, widget, the replies to each try, the hint ladder, the worked solution.

import { h, made, plain } from "./dom";
import type { Foot } from "./foot";
import { Ladder } from "./ladder";
import type { Answer, AttemptResult, ItemPast, PublicItem, Try } from "./types";
import { aloud, voice } from "./voice";
import { KIND_WORDS, type Widget, widgetFor } from "./widgets";

export interface ItemDesk {
  /** Whether everything said here offers to be read out. */
  readonly aloud?: boolean;
  /** Keeps the answer and sends it; gives the name under which the result will come. */
  answer(item: string, response: Answer): string;
  askHint(item: string, rung: number): void;
  askSolution(item: string): void;
  say(text: string): void;
  redraw(): void;
}

export type ItemState = "open" | "tried" | "right" | "waits" | "pending";

export const STATE_WORDS: Record<ItemState, string> = {
  open: "还没做",
  tried: "试过，还没对",
  right: "做对了",
  waits: "等老师看",
  pending: "已存好，等网络",
};

export class ItemView {
  readonly el: HTMLElement;
  private readonly widget: Widget;
  private readonly ladder: Ladder;
  private readonly replies = h("div", { class: "replies", role: "status", "aria-live": "polite" });
  private readonly tries: Try[];

  constructor(
    readonly item: PublicItem,
    past: ItemPast | undefined,
    private readonly desk: ItemDesk,
    place: string,
    reason = "",
    /** In a test the first answer stands and is not talked about. */
    private readonly once = false,
  ) {
    this.tries = [...(past?.tries ?? [])];
    const id = `q-${item.key}`;
    const stem = made("div", "q-stem", item.stem);
    stem.id = id;
    this.widget = widgetFor(item, id, () => desk.redraw(), desk.aloud);
    this.ladder = new Ladder(item, past, {
      ask: (rung) => desk.askHint(item.key, rung),
      solution: () => desk.askSolution(item.key),
      aloud: desk.aloud ?? false,
    });
    // the widget of a hotspot holds the picture itself
    const picture =
      item.picture && item.kind !== "hotspot"
        ? h("img", { class: "q-pic", src: item.picture, alt: item.picture_alt ?? "", loading: "lazy" })
        : null;
    this.el = h(
      "div",
      { class: "item-split" },
      h(
        "section",
        { "aria-labelledby": id },
        h("p", { class: "small soft" }, `${place} · ${KIND_WORDS[item.kind]}`),
        reason ? h("p", { class: "why" }, reason) : null,
        desk.aloud ? h("div", { class: "ask" }, voice(plain(item.stem), "读题目"), stem) : stem,
        picture,
        this.widget.el,
        this.replies,
      ),
      this.ladder.el,
    );
    this.replay(past?.solution_open ?? false);
  }

  get state(): ItemState {
    const last = this.tries.at(-1);
    if (!last) return "open";
    if (this.tries.some((one) => one.correct)) return "right";
    if (last.pending) return "pending";
    return last.waits ? "waits" : "tried";
  }

  get stateWords(): string {
    const { state } = this;
    return this.once && state !== "open" && state !== "pending" ? "答过了" : STATE_WORDS[state];
  }

  /** The buttons under this item; `onward` is what comes after it. */
  foot(onward: { words: string; act: () => void }, skip: { words: string; act: () => void } | null): Foot {
    const state = this.state;
    const answer = this.widget.answer();
    const unchanged =
      answer !== null && JSON.stringify(answer) === JSON.stringify(this.tries.at(-1)?.response);
    const settled =
      (this.once && state !== "open") ||
      state === "right" ||
      ((state === "waits" || state === "pending") && (unchanged || !answer));
    if (settled) return { go: { ...onward, arrow: true } };
    const left = skip ? [skip] : [];
    const again = this.tries.length > 0;
    if (!answer) {
      return {
        left,
        go: { words: again ? "再答一次" : "交答案", notYet: this.widget.missing(), act: () => undefined },
      };
    }
    if (unchanged && again) {
      return {
        left,
        go: { words: "再答一次", notYet: "这个答案刚才交过了，换一个想法再试", act: () => undefined },
      };
    }
    const chosen = this.widget.chosen();
    return {
      left,
      go: {
        words: again ? `再答一次，${chosen}` : `就${chosen.replace(/^就/, "")}`,
        act: () => this.submit(),
      },
    };
  }

  submit(): void {
    const response = this.widget.answer();
    if (!response) {
      this.desk.say(this.widget.missing());
      return;
    }
    const id = this.desk.answer(this.item.key, response);
    this.tries.push({ id, response, correct: null, reply: "", waits: false, pending: true });
    this.draw();
    this.desk.redraw();
  }

  /** What is known of this item now, to be kept on the device; an answer still under way is in the queue. */
  snapshot(): ItemPast {
    return { ...this.ladder.snapshot(), tries: this.tries.filter((one) => !one.pending) };
  }

  /** The server's word on an answer, given here or in another tab. */
  got(result: AttemptResult, response: Answer): void {
    let one = this.tries.find((each) => each.id === result.id);
    if (!one) {
      one = { id: result.id, response, correct: null, reply: "", waits: false };
      this.tries.push(one);
    }
    Object.assign(one, { correct: result.correct, reply: result.reply, waits: result.waits, pending: false });
    if (result.late) one.late = result.late;
    if (result.status === "refused") Object.assign(one, { reply: "", late: result.message, correct: false });
    this.replay(result.solution_open);
    this.desk.redraw();
    // below a row of pictures the reply would stand behind the bar with the buttons
    if (this.desk.aloud) this.replies.scrollIntoView?.({ block: "nearest" });
  }

  refused(id: string, reason: string): void {
    const one = this.tries.find((each) => each.id === id);
    if (!one) return;
    Object.assign(one, { pending: false, correct: false, reply: "" });
    one.late = reason;
    this.draw();
    this.desk.redraw();
  }

  /** An answer kept on the device before a reload. */
  kept(id: string, response: Answer, refused: string): void {
    if (this.tries.some((one) => one.id === id)) return;
    this.tries.push({ id, response, correct: null, reply: "", waits: false, pending: true });
    if (refused) this.refused(id, refused);
    else this.replay(false);
  }

  solutionOpen(open: boolean): void {
    this.ladder.solutionOpen(open);
  }

  gotHint(rung: number, html: string): void {
    this.ladder.open(rung, html);
    this.desk.say(plain(html));
  }
  gotSolution(html: string): void {
    this.ladder.showSolution(html);
  }
  hintRefused(reason: string): void {
    this.ladder.refused(reason);
  }
  /** Without network the next rung cannot come; say so where it was asked for. */
  waitingForNet(): void {
    this.ladder.waiting();
  }

  private replay(solutionOpen: boolean): void {
    const right = this.tries.find((one) => one.correct);
    for (const one of this.tries) if (one.correct === false) this.widget.tried(one.response);
    if (right) this.widget.right(right.response);
    else {
      const last = this.tries.at(-1);
      const again = last?.correct !== false || this.item.kind !== "single";
      if (last && again && !this.widget.answer()) this.widget.show(last.response);
    }
    if (solutionOpen) this.ladder.solutionOpen(true);
    this.draw();
  }

  private draw(): void {
    const last = this.tries.at(-1);
    if (this.once) this.widget.el.inert = last !== undefined;
    if (!last) {
      this.replies.replaceChildren();
      return;
    }
    const reply = this.desk.aloud ? aloud(replyFor(last)) : replyFor(last);
    const tried = last.correct === false ? this.widget.tried(last.response) : null;
    // a reply with a button of its own stays below: pictures stand side by side, and its copy would be silent
    const hook = this.desk.aloud ? null : tried;
    const hung = this.el.querySelector(".hung");
    hung?.remove();
    if (hook) {
      const beside = h("div", { class: "reply hung", "aria-hidden": "true" });
      beside.append(...[...reply.childNodes].map((node) => node.cloneNode(true)));
      hook.after(beside);
      this.replies.classList.add("say");
    } else this.replies.classList.remove("say");
    this.replies.replaceChildren(reply);
  }
}

function replyFor(one: Try): HTMLElement {
  if (one.pending) {
    return h(
      "div",
      { class: "reply wait" },
      h("p", {}, "存好了，正在送。没有网络也不要紧，连上就送，你可以先做下面的。"),
    );
  }
  const kind = one.correct ? "reply yes" : one.waits ? "reply wait" : "reply";
  const reply = one.reply ? made("div", kind, one.reply) : h("div", { class: kind });
  if (one.late) reply.append(h("p", { class: "small soft" }, one.late));
  return reply;
}
