// The kinds of activity that are read, guessed, noted down, said or written. Quiz and lab have their own files.

import type { ActivityView, BuildActivity, Desk } from "./desk";
import { h, set } from "./dom";
import type { Foot, FootButton } from "./foot";
import type { ActivityData, Json, Live, RecordField } from "./types";

const LONGEST = 1000;

function finish(step: ActivityData, desk: Desk, words = "看完了，下一步"): FootButton {
  return {
    words: desk.keeper.isDone(step.key) ? "下一步" : words,
    arrow: true,
    act: () => {
      desk.keeper.done(step.key);
      desk.onward();
    },
  };
}

const once = (step: ActivityData, desk: Desk): [number, number] => [desk.keeper.isDone(step.key) ? 1 : 0, 1];

export const read: BuildActivity = (step, desk) => ({
  el: h("div"),
  foot: () => ({ go: finish(step, desk) }),
  steps: () => once(step, desk),
});

export const discuss: BuildActivity = (step, desk) => {
  const roles = step.roles ?? [];
  const mine = () => String(desk.keeper.value(step.key, "role") ?? "");
  const buttons = roles.map((role) =>
    h(
      "button",
      { class: "choice plain", type: "button", role: "radio", onclick: () => pick(role) },
      h("span", { class: "t" }, role),
    ),
  );
  const paint = () => {
    for (const [at, button] of buttons.entries()) set(button, "aria-checked", String(roles[at] === mine()));
  };
  const pick = (role: string) => {
    desk.keeper.write(step.key, "role", role);
    paint();
  };
  paint();
  const el = h("div");
  if (roles.length) {
    el.append(h("h2", { id: `roles-${step.key}` }, "你来当谁？"));
    el.append(
      h("div", { class: "choices", role: "radiogroup", "aria-labelledby": `roles-${step.key}` }, ...buttons),
    );
  }
  return {
    el,
    foot: () => ({ go: finish(step, desk, "说过了，下一步") }),
    steps: () => once(step, desk),
    refresh: paint,
  };
};

/** A guess or a poll: one choice without right or wrong, and perhaps why. */
export const guess: BuildActivity = (step, desk) => new Guess(step, desk);

class Guess implements ActivityView {
  readonly el: HTMLElement;
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly note = h("p", { class: "small soft", role: "status" });
  private readonly why: HTMLTextAreaElement | null;
  private isOpen = true;

  constructor(
    private readonly step: ActivityData,
    private readonly desk: Desk,
  ) {
    const list = h("div", {
      class: "choices",
      role: "radiogroup",
      "aria-label": step.title,
      onkeydown: this.arrows,
    });
    for (const choice of step.choices ?? []) {
      const button = h(
        "button",
        { class: "choice", type: "button", role: "radio", onclick: () => this.pick(choice.key) },
        h("span", { class: "k" }, choice.key),
        h("span", { class: "t" }, choice.text),
      );
      this.buttons.set(choice.key, button);
      list.append(button);
    }
    this.why = step.why ? this.whyField() : null;
    this.el = h("div", {}, list, this.note);
    if (this.why)
      this.el.append(h("label", { class: "field mt6" }, h("span", {}, "为什么这样想？写一句就好"), this.why));
    this.refresh();
  }

  private whyField(): HTMLTextAreaElement {
    const area = h("textarea", {
      class: "write",
      rows: 2,
      maxlength: 300,
      oninput: () => this.desk.keeper.write(this.step.key, "why", area.value),
    });
    return area;
  }

  private get mine(): string {
    return String(this.desk.keeper.value(this.step.key, "choice") ?? "");
  }

  private pick(key: string): void {
    if (!this.isOpen) {
      this.desk.say("投票已经收齐了");
      return;
    }
    this.desk.keeper.write(this.step.key, "choice", key);
    this.desk.vote(this.step.key, key);
    this.note.textContent = "记下了，还可以改。";
    this.paint();
    this.desk.redraw();
  }

  private readonly arrows = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const keys = [...this.buttons.keys()];
    const here = keys.findIndex((key) => this.buttons.get(key) === document.activeElement);
    const next = keys[(Math.max(here, 0) + step + keys.length) % keys.length] ?? "";
    this.buttons.get(next)?.focus();
    this.pick(next);
  };

  private paint(): void {
    const first = [...this.buttons.keys()][0];
    for (const [key, button] of this.buttons) {
      set(button, "aria-checked", String(key === this.mine));
      button.tabIndex = key === (this.mine || first) ? 0 : -1;
    }
  }

  foot(): Foot {
    const go = finish(this.step, this.desk, "就这样猜，下一步");
    if (!this.mine) return { go: { ...go, notYet: "先选一个，再往下走；没有对错" } };
    return { go };
  }

  steps(): [number, number] {
    return [this.mine ? 1 : 0, 1];
  }

  refresh(): void {
    const why = String(this.desk.keeper.value(this.step.key, "why") ?? "");
    if (this.why && document.activeElement !== this.why && this.why.value !== why) this.why.value = why;
    this.paint();
  }

  live(live: Live | null): void {
    const poll = live?.poll;
    if (!poll || poll.activity !== this.step.key) return;
    this.isOpen = poll.open;
    if (poll.open && poll.round === 1 && !poll.mine && this.mine) this.desk.vote(this.step.key, this.mine);
    const again =
      poll.round > 1 ? "讨论过了，再选一次，不变也点一下。" : "老师正在收全班的选择，选好就算投了。";
    this.note.textContent = poll.open ? again : "投票已经收齐，看老师的大屏。";
  }
}

/** What is counted or noted down away from the screen. */
export const unplugged: BuildActivity = (step, desk) => {
  const inputs = (step.record ?? []).map((field) => noteField(step, desk, field));
  const el = h("div", { class: "form" }, ...inputs.map((one) => one.el));
  const filled = () => (step.record ?? []).filter((field) => desk.keeper.value(step.key, field.key)).length;
  return {
    el,
    foot: () => ({ go: finish(step, desk, inputs.length ? "记好了，下一步" : "做完了，下一步") }),
    steps: () => (inputs.length ? [filled(), inputs.length] : once(step, desk)),
    refresh: () => {
      for (const one of inputs) one.refresh();
    },
  };
};

function noteField(
  step: ActivityData,
  desk: Desk,
  field: RecordField,
): { el: HTMLElement; refresh: () => void } {
  const value = () => String(desk.keeper.value(step.key, field.key) ?? "");
  const write = (text: string) => {
    desk.keeper.write(step.key, field.key, text);
    desk.redraw();
  };
  if (field.kind === "choice") {
    const group = h("div", { class: "seg-big", role: "radiogroup", "aria-label": field.label });
    const buttons = (field.choices ?? []).map((choice) => {
      const button = h("button", { class: "btn", type: "button", role: "radio" }, choice);
      button.addEventListener("click", () => {
        write(choice);
        refresh();
      });
      return button;
    });
    group.append(...buttons);
    const refresh = () => {
      for (const button of buttons) set(button, "aria-checked", String(button.textContent === value()));
    };
    refresh();
    return { el: h("div", { class: "field" }, h("span", {}, field.label), group), refresh };
  }
  const input = h("input", {
    type: "text",
    inputmode: field.kind === "number" ? "decimal" : "text",
    maxlength: field.kind === "number" ? 12 : 200,
    autocomplete: "off",
    oninput: () => write(input.value),
  });
  const refresh = () => {
    if (document.activeElement !== input) input.value = value();
  };
  refresh();
  const label = h(
    "label",
    { class: field.kind === "number" ? "field short" : "field" },
    h("span", {}, field.label),
    input,
  );
  return { el: label, refresh };
}

/** What was learnt, in the pupil's own words: a work that can be handed in and changed later. */
export const reflect: BuildActivity = (step, desk) => {
  const area = h("textarea", { class: "write", rows: 6, maxlength: LONGEST, id: `say-${step.key}` });
  const state = h("p", { class: "small soft", role: "status" });
  const kept = () => {
    const work = desk.keeper.work(step.key)?.state;
    const text = typeof work === "object" && work !== null && !Array.isArray(work) ? work["text"] : "";
    return typeof text === "string" ? text : "";
  };
  const save = () => {
    desk.keeper.saveWork(step.key, "reflection", { text: area.value } as Json);
    desk.redraw();
  };
  area.addEventListener("input", save);
  const starters = (step.starters ?? []).map((starter) =>
    h(
      "button",
      {
        class: "btn sm",
        type: "button",
        onclick: () => {
          area.value = area.value ? `${area.value.trimEnd()}\n${starter}` : starter;
          area.focus();
          area.setSelectionRange(area.value.length, area.value.length);
          save();
        },
      },
      starter,
    ),
  );
  const el = h(
    "div",
    {},
    h("label", { class: "field-l", for: area.id }, step.prompt ?? "说说你的收获"),
    area,
    state,
  );
  if (starters.length)
    el.append(
      h("p", { class: "small soft mt4" }, "不知道怎么开头？点一句接着写："),
      h("div", { class: "row" }, ...starters),
    );
  const refresh = () => {
    if (document.activeElement !== area && area.value !== kept()) area.value = kept();
    const handed = desk.keeper.work(step.key)?.handed_in;
    state.textContent = handed ? "已经交给老师，还可以改了再交。" : "";
  };
  refresh();
  const handIn = () => {
    desk.keeper.handIn(step.key, "reflection");
    desk.keeper.done(step.key);
    refresh();
    desk.say("交给老师了，在“我的作品”里能看到");
    desk.onward();
  };
  return {
    el,
    refresh,
    steps: () => [desk.keeper.work(step.key)?.handed_in ? 1 : 0, 1],
    foot: () => {
      const empty = area.value.trim().length === 0;
      return { go: { words: "交给老师", notYet: empty ? "先写一句，再交" : "", act: handIn } };
    },
  };
};
