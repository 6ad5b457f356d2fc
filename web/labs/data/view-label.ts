// Labelling together: each alone first, then how alike, then a rule and once more.
import { button, type Child, h, section } from "../dom";
import type { Bench } from "./bench";
import { RULE_TEXT, RULES } from "./notes";
import { BANDS } from "./state";
import { BAND_TEXT } from "./words";

const percent = (share: number): string => `${Math.round(share * 100)}%`;

export function labelSection(bench: Bench): HTMLElement {
  const { state } = bench;
  const notes = bench.notes();
  const done = state.own.filter((one) => one !== null).length;
  return section(
    "c-label",
    state.rule ? "照着规则，再标一遍" : "这句话，是不是在叫灯？",
    `${notes.length} 句，标了 ${done} 句`,
    h("p", {}, "教室里有一盏听得懂话的灯。机器学之前，人要先说好：哪些话是在叫它。"),
    state.rule ? h("p", { class: "verdict" }, `规则：${RULE_TEXT[state.rule]}。`) : null,
    h("ol", { class: "notes" }, ...notes.map((text, i) => line(bench, text, i))),
    guessing(bench),
    result(bench),
  );
}

function line(bench: Bench, text: string, at: number): HTMLElement {
  const label = bench.state.own[at];
  const choose = (yes: boolean, name: string) =>
    button(name, () => bench.label(at, yes), {
      key: `note-${at}-${yes}`,
      pressed: label === yes,
      label: `“${text}”${name}`,
    });
  return h(
    "li",
    {},
    h("span", {}, text),
    h("span", { class: "row" }, choose(true, "在叫灯"), choose(false, "没叫灯")),
  );
}

function guessing(bench: Bench): Child {
  const last = bench.state.rounds.at(-1);
  const same =
    last && last.rule === bench.state.rule && last.own.every((one, i) => one === bench.state.own[i]);
  if (same) return null;
  if (!bench.labelled) return h("p", { class: "soft" }, "每句都标上，就可以和两个同学比一比。");
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "小禾和小川也标了（他们是编出来的同学）。先猜：三个人标得……"),
    h(
      "div",
      { class: "row" },
      ...BANDS.map((band) => button(BAND_TEXT[band], () => bench.compare(band), { key: `same-${band}` })),
    ),
  );
}

function result(bench: Bench): Child {
  const last = bench.state.rounds.at(-1);
  if (!last) return null;
  const rule = RULES.find((one) => one === last.rule) ?? null;
  const apart = bench.disputed(last.own, rule);
  const same = last.own.length - apart.length;
  return h(
    "div",
    { class: "answer" },
    h(
      "p",
      { class: "verdict", "data-rest": true, tabindex: -1 },
      `${last.own.length} 句里，三个人都一样的有 ${same} 句。${last.right ? "和你猜的一样。" : `你猜的是${BAND_TEXT[last.guess]}。`}`,
    ),
    pairTable(bench, last.own, rule),
    apart.length ? disputes(bench, last.own, rule, apart) : null,
    rules(bench),
    history(bench),
  );
}

function pairTable(bench: Bench, own: boolean[], rule: (typeof RULES)[number] | null): HTMLElement {
  const primary = bench.settings.level === "primary";
  const heads = primary ? ["哪两个人", "一样的"] : ["哪两个人", "一样的", "κ"];
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "两两一致"),
      h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      h(
        "tbody",
        {},
        ...bench
          .pairs(own, rule)
          .map(({ names, share, kappa }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, names),
              h("td", {}, `${Math.round(share * own.length)} 句，${percent(share)}`),
              primary ? null : h("td", {}, kappa === null ? "算不出" : kappa.toFixed(2)),
            ),
          ),
      ),
    ),
    primary
      ? null
      : h(
          "p",
          { class: "soft small" },
          "κ 扣掉了碰巧一样的：1 是全一样，0 和乱猜差不多，负的比乱猜还不一致。",
        ),
  );
}

function disputes(
  bench: Bench,
  own: boolean[],
  rule: (typeof RULES)[number] | null,
  apart: number[],
): HTMLElement {
  const all = bench.everyone(own, rule);
  const told = (at: number) =>
    all.map(({ name, labels }) => `${name}：${labels[at] ? "在叫灯" : "没叫灯"}`).join("，");
  return h(
    "div",
    {},
    h("h3", {}, `不一样的 ${apart.length} 句`),
    h(
      "ul",
      { class: "disputes" },
      ...apart.map((at) => h("li", {}, h("strong", {}, bench.notes()[at] ?? ""), h("span", {}, told(at)))),
    ),
  );
}

function rules(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "谁也没错，是没说好。定一条规则，三个人照着再标一遍："),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "规则" },
      ...RULES.map((rule) =>
        button(RULE_TEXT[rule], () => bench.setRule(rule), {
          key: `rule-${rule}`,
          pressed: bench.state.rule === rule,
        }),
      ),
    ),
  );
}

function history(bench: Bench): Child {
  const { rounds } = bench.state;
  if (rounds.length < 2) return null;
  const word = (rule: string | null) => RULE_TEXT[rule as keyof typeof RULE_TEXT] ?? "没有规则";
  return h(
    "details",
    { class: "twin", "data-fold": "rounds" },
    h("summary", {}, `标过的 ${rounds.length} 遍`),
    h(
      "ol",
      {},
      ...rounds.map(({ rule, share }) =>
        h("li", {}, `${word(rule)}：最不一致的两个人，一样的有 ${percent(share)}`),
      ),
    ),
  );
}
