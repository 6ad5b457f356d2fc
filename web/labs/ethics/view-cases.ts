// A case: choose, say why, hear the other side at its best, then keep or change one's mind. No answer is right.
import { button, type Child, h, section } from "../dom";
import { aloud } from "./aloud";
import type { Bench } from "./bench";
import type { Case, Side } from "./cases";
import type { Decision } from "./checks";

export function caseSection(bench: Bench): HTMLElement {
  const one = bench.case();
  if (!one) return section("c-case", "没有故事", null, h("p", {}, "这一步没有选故事。"));
  const given = bench.decision();
  return section(
    "c-case",
    one.title,
    one.kind === "dilemma" ? "没有标准答案" : "编的故事",
    picker(bench),
    h("p", { class: "story" }, one.story),
    bench.settings.level === "primary" ? aloud(`${one.title}。${one.story}`, "aloud") : null,
    choosing(bench, one, given),
    given ? why(bench, one, given) : null,
    given?.reason ? hearing(bench, one, given) : null,
    given?.other ? settling(bench, one, given) : null,
    given?.last ? end(bench, one, given) : null,
  );
}

function picker(bench: Bench): HTMLElement {
  const done = (key: string) => (bench.decision(key)?.last ? "（想过了）" : "");
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "哪件事" },
    ...bench.settings.cases.map(({ key, title }) =>
      button(`${title}${done(key)}`, () => bench.open(key), {
        key: `case-${key}`,
        pressed: bench.state.open === key,
      }),
    ),
  );
}

const other = (one: Case, key: string): Side[] => one.sides.filter((side) => side.key !== key);
const side = (one: Case, key: string): Side | undefined => one.sides.find((each) => each.key === key);

function choosing(bench: Bench, one: Case, given: Decision | undefined): HTMLElement {
  if (given?.reason) return h("p", {}, h("strong", {}, "你先选的："), side(one, given.first)?.text ?? "");
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "你会怎么办？"),
    h(
      "div",
      { class: "sides", role: "group", "aria-label": "怎么办" },
      ...one.sides.map((each) =>
        button(each.text, () => bench.choose(each), {
          key: `side-${each.key}`,
          pressed: given?.first === each.key,
        }),
      ),
    ),
  );
}

function why(bench: Bench, one: Case, given: Decision): HTMLElement {
  if (given.reason) return h("p", {}, h("strong", {}, "你的理由："), given.reason);
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "为什么？选最像你想的那条。"),
    h(
      "div",
      { class: "sides", role: "group", "aria-label": "为什么" },
      ...[...(side(one, given.first)?.reasons ?? []), "我也说不清，只是觉得该这样"].map((text, i) =>
        button(text, () => bench.reason(text), { key: `reason-${i}`, after: "other-0-0" }),
      ),
    ),
  );
}

function touched(one: Case): HTMLElement {
  return h(
    "div",
    {},
    h("h3", {}, "碰到了谁"),
    h(
      "dl",
      { class: "touched" },
      ...one.sides.flatMap((each) => [h("dt", {}, each.text), h("dd", {}, each.touches)]),
    ),
    one.rule ? h("p", { class: "soft" }, one.rule) : null,
  );
}

function hearing(bench: Bench, one: Case, given: Decision): HTMLElement {
  if (given.other)
    return h("div", {}, touched(one), h("p", {}, h("strong", {}, "另一边最有道理的一条："), given.other));
  return h(
    "div",
    { class: "guessing" },
    touched(one),
    h("p", {}, "有人和你选得不一样。替他们说一句：哪一条最有道理？"),
    h(
      "div",
      { class: "sides", role: "group", "aria-label": "另一边的理由" },
      ...other(one, given.first).flatMap((each, i) =>
        each.reasons.map((text, j) =>
          button(text, () => bench.other(text), {
            key: `other-${i}-${j}`,
            after: `last-${one.sides[0]?.key}`,
          }),
        ),
      ),
    ),
  );
}

function settling(bench: Bench, one: Case, given: Decision): Child {
  if (given.last) return null;
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "听过两边，现在你会怎么办？改不改都可以。"),
    h(
      "div",
      { class: "sides", role: "group", "aria-label": "现在怎么办" },
      ...one.sides.map((each) =>
        button(
          each.key === given.first ? `还是：${each.text}` : `改成：${each.text}`,
          () => bench.settle(each),
          {
            key: `last-${each.key}`,
            after: "again",
          },
        ),
      ),
    ),
  );
}

function end(bench: Bench, one: Case, given: Decision): HTMLElement {
  const kept = given.first === given.last;
  return h(
    "div",
    { class: "answer" },
    h(
      "p",
      { class: "verdict" },
      kept ? "你听了另一边，没有改主意。" : `你听了另一边，改了主意：${side(one, given.last)?.text ?? ""}。`,
    ),
    classmates(bench, one),
    button("重新想一遍", () => bench.again(), { key: "again", after: `case-${one.key}` }),
  );
}

function classmates(bench: Bench, one: Case): HTMLElement {
  const ask = button("看看同学怎么选", () => void bench.askClass(), { key: "class", after: "again" });
  if (bench.classmates === undefined) return h("p", {}, ask);
  const counts = bench.classmates?.get(one.title);
  return h(
    "div",
    { class: "classmates" },
    h("p", { class: "soft" }, bench.classSaid()),
    counts
      ? h(
          "ul",
          {},
          ...counts.counts.map(({ choice, n }) =>
            h(
              "li",
              {},
              h("span", {}, `${choice}：${n}人`),
              h("meter", { min: "0", max: String(counts.answered), value: String(n), "aria-hidden": "true" }),
            ),
          ),
        )
      : bench.classmates && h("p", {}, ask),
  );
}
