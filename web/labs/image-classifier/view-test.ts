// The exam and how it went: every picture, and the results of each time it learnt.
import { h, icon, section, share } from "../dom";
import type { Bench } from "./bench";
import { count } from "./model";
import { isCurrent, lastRun, type Run, testCount } from "./state";
import { pictureImage } from "./view-train";

export function testSection(bench: Bench): HTMLElement {
  const exam = bench.exam();
  const run = lastRun(bench.state);
  const answers = run?.answers ?? null;
  const right = answers ? count(answers).right : 0;
  const note = answers
    ? `${answers.length} 张，${right === answers.length ? "全认对" : `认对 ${right} 张`}`
    : `${exam.length} 张，不给它学，只用来考`;
  const stale = answers !== null && !isCurrent(bench.state);
  return section(
    "c-test",
    "没见过的",
    note,
    stale ? h("p", { class: "soft small" }, "这是上一次考的结果。图片换过了，再学一次、再考一次。") : null,
    h("ul", { class: "tests" }, ...exam.map((one, index) => testPicture(bench, one, index, answers))),
  );
}

function testPicture(
  bench: Bench,
  one: { id: string; truth: string },
  index: number,
  answers: Run["answers"],
): HTMLElement {
  const answer = answers?.find((given) => given.id === one.id);
  const hit = answer?.said === answer?.truth;
  const state = !answer
    ? "还没考"
    : hit
      ? "认对"
      : `认错，说成${bench.className(answer.said)}${bench.state.seen.includes(one.id) ? "，看过了" : ""}`;
  const label = `第${index + 1}张，${bench.says(one.id)}，${state}`;
  const current = bench.trial?.id === one.id ? " cur" : "";
  const kind = answer ? (hit ? "hit" : "miss") : "";
  if (!lastRun(bench.state))
    return h(
      "li",
      {},
      h("img", { class: "pic", src: bench.url(one.id), alt: bench.says(one.id), width: 64, height: 64 }),
    );
  return h(
    "li",
    { class: `${kind}${current}` },
    h(
      "button",
      {
        type: "button",
        class: "pickup",
        "data-key": `test-${one.id}`,
        "aria-label": label,
        "aria-current": current ? "true" : null,
        click: () => void bench.open(one.id, one.truth),
      },
      pictureImage(bench, one.id),
      answer ? h("span", { class: "mk" }, icon(hit ? "check" : "cross")) : null,
    ),
  );
}

/** Every time it learnt: both results side by side. */
export function runsSection(bench: Bench): HTMLElement | null {
  const runs = bench.state.runs.filter((run) => run.answers);
  if (!runs.length) return null;
  const row = (run: Run): HTMLElement => {
    const test = testCount(run) ?? { right: 0, all: 1 };
    return h("tr", {}, h("th", { scope: "row" }, `第 ${run.no} 次`), scoreCell(run.train), scoreCell(test));
  };
  return section(
    "c-runs runs",
    "两个成绩分开看",
    null,
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, h("td"), h("th", { scope: "col" }, "学过的"), h("th", { scope: "col" }, "没见过的")),
      ),
      h("tbody", {}, ...runs.map(row)),
    ),
  );
}

function scoreCell(counted: { right: number; all: number }): HTMLElement {
  const bar = h("i");
  share(bar, counted.all ? counted.right / counted.all : 0);
  const words =
    counted.right === counted.all
      ? `${counted.all} 张，全认对`
      : `${counted.all} 张，认对 ${counted.right} 张`;
  return h("td", {}, h("span", { class: "bar", "aria-hidden": "true" }, bar), words);
}
