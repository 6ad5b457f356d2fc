// The right and the bottom of the bench: the picture under the lens, the exam, where it goes wrong.
import { button, type Child, h, icon, section, share } from "../dom";
import type { Bench } from "./bench";
import { confusedPairs, confusion, count, likeWord, mostConfused } from "./model";
import { isCurrent, lastRun, type Run, testCount } from "./state";
import { HUES, pictureImage } from "./view-train";

const OTHER_REASONS = ["学过的里没有这样的", "说不清"];

export function trySection(bench: Bench): HTMLElement {
  const { trial } = bench;
  const run = lastRun(bench.state);
  if (trial) return section("c-try", "看一张", trialNote(bench), trialPart(bench));
  const words = !run
    ? ["它还没有学", "先往每一类里放图片，再让它学。"]
    : run.answers
      ? ["点一张没见过的图片", "看看它说是什么，和哪几张最像。"]
      : [
          run.train.right === run.train.all ? "学过的全认对了" : `学过的认对 ${run.train.right} 张`,
          `学过的一共 ${run.train.all} 张。没见过的呢？考一考才知道。`,
        ];
  return section(
    "c-try",
    "看一张",
    null,
    h("div", { class: "blank" }, h("strong", {}, words[0]), h("p", {}, words[1])),
  );
}

function trialNote(bench: Bench): string | null {
  const index = bench.exam().findIndex((one) => one.id === bench.trial?.id);
  return index < 0 ? "自己的图片" : `第 ${index + 1} 张，共 ${bench.exam().length} 张`;
}

function trialPart(bench: Bench): HTMLElement {
  const { trial } = bench;
  if (!trial) return h("div");
  const { prediction } = trial;
  const wrong = trial.truth !== null && trial.truth !== prediction.said;
  const truth = trial.truth
    ? `${trial.fresh ? "你说" : "真的是"}：${bench.className(trial.truth)}${poseOf(bench, trial.id)}`
    : "它真的是什么？";
  const image = h("img", {
    class: "pic",
    src: trial.url,
    alt: bench.says(trial.id),
    width: 112,
    height: 112,
  });
  return h(
    "div",
    { class: "trial-wrap" },
    h(
      "div",
      { class: `trial${wrong ? " wrong" : ""}` },
      image,
      h(
        "div",
        {},
        h("p", { class: "verdict" }, `它说：${bench.className(prediction.said)}`),
        h("p", { class: "small soft" }, truth),
        trial.truth
          ? h("p", { class: "b judged" }, icon(wrong ? "cross" : "check"), wrong ? "认错了" : "认对了")
          : null,
        likePart(bench),
      ),
    ),
    nearestPart(bench),
    trial.fresh ? truthPart(bench) : null,
    wrong ? reasonPart(bench) : null,
  );
}

function poseOf(bench: Bench, id: string): string {
  const pose = bench.picture(id)?.traits[0]; // how it stands comes first in a dataset
  return pose ? `，${bench.traitText(pose)}` : "";
}

function likePart(bench: Bench): HTMLElement {
  const likeness = bench.trial?.prediction.likeness ?? [];
  const sorted = [...likeness].sort((a, b) => b.share - a.share);
  const words = sorted.map((one) => `${bench.className(one.label)}${likeWord(one.share)}`).join("，");
  const cells = sorted.flatMap((one): Child[] => {
    const bar = h("i");
    share(bar, Math.max(one.share, 0.02), HUES[bench.labels().indexOf(one.label)]);
    return [
      h("span", {}, bench.className(one.label)),
      h("span", { class: "bar" }, bar),
      h("span", { class: "soft" }, likeWord(one.share)),
    ];
  });
  return h("div", { class: "like", role: "img", "aria-label": `和学过的比：${words}` }, ...cells);
}

function nearestPart(bench: Bench): HTMLElement | null {
  const nearest = bench.trial?.prediction.nearest ?? [];
  if (!nearest.length) return null;
  return h(
    "div",
    { class: "nearest" },
    h("h3", {}, `它学过的里面，最像的 ${nearest.length} 张`),
    h(
      "ul",
      {},
      ...nearest.map(({ id, label }) =>
        h(
          "li",
          {},
          h("img", { class: "pic", src: bench.url(id), alt: bench.says(id), width: 64, height: 64 }),
          bench.className(label),
        ),
      ),
    ),
  );
}

function truthPart(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "它真的是什么" },
    h("span", {}, "它真的是"),
    ...bench.state.classes.map((cls) =>
      button(cls.name, () => bench.sayTruth(cls.key), {
        key: `truth-${cls.key}`,
        pressed: bench.trial?.truth === cls.key,
      }),
    ),
  );
}

function reasonPart(bench: Bench): HTMLElement {
  const id = bench.trial?.id ?? "";
  const traits = bench.picture(id)?.traits ?? [];
  const reasons = [...traits.map((trait) => bench.traitText(trait)), ...OTHER_REASONS];
  const said = bench.state.reasons[id];
  return h(
    "div",
    { class: "reasons" },
    h("h3", {}, "你看它为什么认错？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "为什么认错" },
      ...reasons.map((reason, index) =>
        button(reason, () => bench.sayReason(reason), { key: `reason-${index}`, pressed: said === reason }),
      ),
    ),
    said && said !== "说不清"
      ? h("p", { class: "soft" }, "想验证的话，添几张这样的图片，再学一次、再考一次。")
      : null,
  );
}

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

/** The cell of the table the pupil has opened: row and column. */
export interface Cell {
  truth: string;
  said: string;
}

export function matrixSection(
  bench: Bench,
  cell: Cell | null,
  openCell: (cell: Cell | null) => void,
): HTMLElement | null {
  const run = lastRun(bench.state);
  if (!run?.answers) return null;
  const parts: Child[] = [];
  if (bench.settings.matrix) {
    parts.push(matrixTable(bench, run, cell, openCell));
    if (cell) parts.push(cellPictures(bench, run, cell));
    parts.push(confusedPart(bench));
  }
  if (bench.settings.groups) parts.push(groupsPart(bench));
  parts.push(runsPart(bench));
  return section(
    "c-cm",
    bench.settings.matrix ? "它错在哪" : "成绩",
    bench.settings.matrix ? "点一格，看是哪几张" : null,
    ...parts,
  );
}

function matrixTable(
  bench: Bench,
  run: Run,
  cell: Cell | null,
  openCell: (cell: Cell | null) => void,
): HTMLElement {
  const labels = bench.labels();
  const matrix = confusion(run.answers ?? [], labels);
  const names = labels.map((label) => bench.className(label));
  const body = labels.map((truth, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, names[i]),
      ...labels.map((said, j) => {
        const n = matrix[i]?.[j] ?? 0;
        if (!n) return h("td", {}, "0");
        const word = i === j ? "认对" : "认错";
        const open = cell?.truth === truth && cell.said === said;
        return h(
          "td",
          { class: i === j ? "hit" : "miss" },
          h(
            "button",
            {
              type: "button",
              "data-key": `cell-${truth}-${said}`,
              "aria-expanded": String(open),
              "aria-label": `真的是${names[i]}，它说是${names[j]}：${n} 张，${word}`,
              click: () => openCell(open ? null : { truth, said }),
            },
            n,
            h("small", {}, word),
          ),
        );
      }),
    ),
  );
  return h(
    "table",
    { class: "cm" },
    h("caption", { class: "say" }, "混淆矩阵：行是真的东西，列是它说的。"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", { class: "corner" }),
        h("th", { colspan: labels.length, class: "axis", scope: "colgroup" }, "它说是"),
      ),
      h(
        "tr",
        {},
        h("th", { class: "axis left", scope: "col" }, "真的是"),
        ...names.map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    h("tbody", {}, ...body),
  );
}

function cellPictures(bench: Bench, run: Run, cell: Cell): HTMLElement {
  const ids = (run.answers ?? []).filter((one) => one.truth === cell.truth && one.said === cell.said);
  const words = cell.truth === cell.said ? "都认对了" : `它说成了${bench.className(cell.said)}`;
  return h(
    "div",
    { class: "cell-pics" },
    h("h3", {}, `${ids.length} 张${bench.className(cell.truth)}，${words}`),
    h(
      "div",
      { class: "pics" },
      ...ids.map((one) =>
        h(
          "button",
          {
            type: "button",
            class: "pickup",
            "data-key": `cell-pic-${one.id}`,
            "aria-label": `${bench.says(one.id)}。点开看`,
            click: () => void bench.open(one.id, one.truth),
          },
          pictureImage(bench, one.id),
        ),
      ),
    ),
  );
}

function confusedPart(bench: Bench): HTMLElement | null {
  const answers = bench.answers() ?? [];
  if (!mostConfused(answers, bench.labels()).length)
    return h("p", { class: "soft" }, "这次没有认错的，没有哪两类弄混。");
  const said = bench.state.confusedSaid;
  const right = bench.confusedRight();
  const pairs = confusedPairs(answers, bench.labels()).sort((x, y) =>
    `${x.a}${x.b}`.localeCompare(`${y.a}${y.b}`),
  );
  return h(
    "div",
    { class: "reasons" },
    h("h3", {}, "哪两类最容易弄混？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "哪两类最容易弄混" },
      ...pairs.map(({ a, b }) =>
        button(`${bench.className(a)}和${bench.className(b)}`, () => bench.sayConfused(`${a}|${b}`), {
          key: `pair-${a}-${b}`,
          pressed: said === `${a}|${b}`,
        }),
      ),
    ),
    said
      ? h(
          "p",
          { class: right ? "b right" : "soft" },
          right ? icon("check") : null,
          right
            ? "对，这两类认错的最多。"
            : "还差一点。沿“真的是”那一行走，找认错的格子里最大的数；来回两个方向加在一起。",
        )
      : null,
  );
}

function groupsPart(bench: Bench): HTMLElement {
  const groups = bench.set.traits
    .map(({ key, text }) => ({ text, counted: count(bench.withTrait(key)) }))
    .filter(({ counted }) => counted.all > 0);
  return h(
    "div",
    { class: "groups" },
    h("h3", {}, "分开数一数", h("small", {}, "没见过的图片")),
    h("ul", { class: "tally" }, ...groups.map(({ text, counted }) => tallyRow(text, counted))),
  );
}

function tallyRow(name: string, counted: { right: number; all: number }): HTMLElement {
  const marks = Array.from({ length: counted.all }, (_, i) =>
    h("i", { class: i < counted.right ? "yes" : "no" }),
  );
  return h(
    "li",
    {},
    h("span", {}, name),
    h("span", { class: "marks", "aria-hidden": "true" }, ...marks),
    h(
      "span",
      { class: "soft" },
      `${counted.all} 张，${counted.right === counted.all ? "全认对" : `认对 ${counted.right} 张`}`,
    ),
  );
}

function runsPart(bench: Bench): HTMLElement | null {
  const runs = bench.state.runs.filter((run) => run.answers);
  if (!runs.length) return null;
  const row = (run: Run): HTMLElement => {
    const test = testCount(run) ?? { right: 0, all: 1 };
    return h("tr", {}, h("th", { scope: "row" }, `第 ${run.no} 次`), scoreCell(run.train), scoreCell(test));
  };
  return h(
    "div",
    { class: "runs" },
    h("h3", {}, "两个成绩分开看"),
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
