// The line that says whether what the pupil did is safe: 已存好, or kept here and on its way.

import { h, icon } from "./dom";
import type { OutboxState } from "./outbox";

export interface StatusOptions {
  lasting: boolean;
  signIn: string;
  forget: (state: OutboxState) => void;
}

export function statusWords(state: OutboxState, lasting: boolean): string {
  if (state.sending === "signed-out") return "登录过期了，做的都存在这台设备上";
  if (state.waiting === 0) return "已存好";
  if (state.sending === "sending") return "正在送";
  return lasting ? "没有送到，已替你存好" : "没有送到，先别关这一页";
}

export class StatusLine {
  constructor(
    private readonly line: HTMLElement,
    private readonly below: HTMLElement,
    private readonly options: StatusOptions,
  ) {}

  show(state: OutboxState): void {
    const safe = state.waiting === 0;
    const words = statusWords(state, this.options.lasting);
    if (this.line.textContent !== words) this.line.replaceChildren(icon(safe ? "saved" : "kept"), words);
    const notes: HTMLElement[] = [];
    if (state.sending === "signed-out") {
      const back = encodeURIComponent(location.pathname + location.search);
      const link = h("a", { class: "btn", href: `${this.options.signIn}?next=${back}` }, "重新登录");
      notes.push(
        h(
          "div",
          { class: "note need" },
          h("p", {}, "登录过期了。你做的都在这台设备上，登录后自动送出。"),
          link,
        ),
      );
    }
    for (const entry of state.refused.slice(0, 3))
      notes.push(h("div", { class: "note need" }, h("p", {}, entry.refused ?? "")));
    if (state.refused.length) {
      const ok = () => this.options.forget(state);
      notes.at(-1)?.append(h("button", { class: "btn sm", type: "button", onclick: ok }, "知道了"));
    }
    this.below.replaceChildren(...notes);
  }
}
