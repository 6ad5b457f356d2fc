// The audit: who is in the data, whom the machine that learnt from them fails, and what changes when the data change.

import type { Row } from "../datasets";
import { button, type Child, h, section, share } from "../dom";
import type { Bench } from "./bench";
import { errorShare, worst } from "./model";
import type { Tried } from "./state";
import { ERROR_TEXT } from "./words";

export interface Pick {
  group: string;
  said: string;
}

const AMOUNTS = [-1, 8, 0] as const;
const amountText = (amount: number): string => (amount < 0 ? "全部" : amount === 0 ? "不学" : `${amount} 行`);

export function auditSection(bench: Bench, pick: Pick, draw: () => void): HTMLElement {
  return section(
    "c-audit",
    "它学的是谁？对谁不灵？",
    null,
    shares(bench),
    teaching(bench),
    guessing(bench),
    result(bench, pick, draw),
    history(bench),
  );
}

function shares(bench: Bench): HTMLElement {
  const { group, test } = bench.settings;
  const lessons = bench.lessons();
  const part = (rows: Row[], name: string) => rows.filter(({ values }) => values[group.key] === name).length;
  const percent = (n: number, all: number) => Math.round((n / (all || 1)) * 100);
  const cell = (rows: Row[], name: string) => {
    const n = part(rows, name);
    return h(
      "td",
      {},
      `${n} 行，${percent(n, rows.length)}%`,
      share(h("span", { class: "bar" }, h("i")), n / (rows.length || 1)),
    );
  };
  const apart = (name: string) =>
    percent(part(lessons, name), lessons.length) - percent(part(test, name), test.length);
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "各组占多少"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...[group.text, "给它学的", "真来用灯的", "差"].map((text) => h("th", { scope: "col" }, text)),
        ),
      ),
      h(
        "tbody",
        {},
        ...group.choices.map((name) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name),
            cell(lessons, name),
            cell(test, name),
            h(
              "td",
              {},
              apart(name) === 0
                ? "一样"
                : `${apart(name) > 0 ? "多" : "少"} ${Math.abs(apart(name))} 个百分点`,
            ),
          ),
        ),
      ),
    ),
  );
}

function teaching(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  return h(
    "div",
    { class: "teach" },
    h(
      "p",
      {},
      `机器只看“${settings.feature.text}”：找一个门槛，超过就当作在叫灯，学过的行里错得越少越好。给它学谁的？`,
    ),
    ...settings.group.choices.map((name, i) =>
      h(
        "div",
        { class: "row", role: "group", "aria-label": `${name}学多少` },
        h("span", { class: "who" }, name),
        ...AMOUNTS.map((amount) =>
          button(amountText(amount), () => bench.setAmount(i, amount), {
            key: `amount-${i}-${amount}`,
            pressed: state.amounts[i] === amount,
          }),
        ),
      ),
    ),
    settings.level === "primary"
      ? null
      : h(
          "div",
          { class: "row", role: "group", "aria-label": "几个门槛" },
          button("大家一个门槛", () => bench.setEach(false), { key: "each-no", pressed: !state.each }),
          button("每组一个门槛", () => bench.setEach(true), { key: "each-yes", pressed: state.each }),
        ),
  );
}

function guessing(bench: Bench): HTMLElement {
  const { group, test } = bench.settings;
  if (!bench.errors(bench.lessons(), bench.state.each))
    return h("p", { class: "verdict" }, "这样选，没有行可以学。至少留一组。");
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, `学完考 ${test.length} 次没见过的。先猜：哪一组错得最多？`),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "猜哪一组错得最多" },
      ...group.choices.map((name) => button(name, () => bench.learn(name), { key: `guess-${name}` })),
      button("都一样", () => bench.learn(""), { key: "guess-same" }),
    ),
  );
}

const told = (bench: Bench, { amounts, each }: Tried): string =>
  `${bench.settings.group.choices.map((name, i) => `${name}${amountText(amounts[i] ?? -1)}`).join("，")}；${each ? "每组一个门槛" : "一个门槛"}`;

function result(bench: Bench, pick: Pick, draw: () => void): Child {
  const last = bench.state.tried.at(-1);
  if (!last) return null;
  const most = worst(last.errors)?.group ?? "";
  const unit = bench.settings.feature.unit;
  return h(
    "div",
    { class: "answer" },
    h("h3", {}, "考完了", h("small", {}, told(bench, last))),
    h(
      "div",
      { class: "runs" },
      h(
        "table",
        {},
        h("caption", {}, "按组看错误"),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["谁", "门槛", ERROR_TEXT.missed, ERROR_TEXT.wrongly, "错的"].map((text) =>
              h("th", { scope: "col" }, text),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          ...last.errors.map((one) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, one.group),
              h("td", {}, `${one.at} ${unit}`),
              h("td", {}, `${one.calls} 次里 ${one.missed} 次`),
              h("td", {}, `${one.others} 次里 ${one.wrongly} 次`),
              h(
                "td",
                {},
                `${Math.round(errorShare(one) * 100)}%`,
                share(h("span", { class: "bar" }, h("i")), errorShare(one), "var(--verm)"),
              ),
            ),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "verdict" },
      last.guess === most ? "和你猜的一样。" : `你猜的是${last.guess || "都一样"}。`,
    ),
    most ? naming(bench, pick, draw) : null,
  );
}

function naming(bench: Bench, pick: Pick, draw: () => void): HTMLElement {
  const { group } = bench.settings;
  const say = (how: keyof typeof ERROR_TEXT) => {
    const right = bench.name(pick.group, how);
    pick.said = right
      ? `对：${pick.group}，${ERROR_TEXT[how]}。灯没有坏，是它没怎么学过。`
      : "不是这样。再看一看表里的数。";
    draw();
  };
  return h(
    "div",
    { class: "guessing naming" },
    h("p", {}, "照着表说：它最对不起谁，怎么不灵？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "对不起谁" },
      ...group.choices.map((name) =>
        button(
          name,
          () => {
            Object.assign(pick, { group: name, said: "" });
            draw();
          },
          { key: `name-${name}`, pressed: pick.group === name },
        ),
      ),
    ),
    pick.group
      ? h(
          "div",
          { class: "row", role: "group", "aria-label": "怎么不灵" },
          ...(["missed", "wrongly"] as const).map((how) =>
            button(ERROR_TEXT[how], () => say(how), { key: `how-${how}` }),
          ),
        )
      : null,
    pick.said ? h("p", { class: "verdict" }, pick.said) : null,
  );
}

function history(bench: Bench): Child {
  const { tried } = bench.state;
  if (tried.length < 2) return null;
  const line = (one: Tried) =>
    h(
      "li",
      {},
      `${told(bench, one)}：${one.errors.map((each) => `${each.group}错 ${Math.round(errorShare(each) * 100)}%`).join("，")}`,
    );
  return h(
    "details",
    { class: "twin", "data-fold": "tried" },
    h("summary", {}, `试过的 ${tried.length} 次`),
    h("ol", { class: "disputes" }, ...[...tried].reverse().map(line)),
  );
}
