// The picture under the lens: what the machine says of it, and what the pupil thinks of that.
import { readAloud } from "../aloud";
import { button, type Child, h, icon, section, share } from "../dom";
import type { Bench } from "./bench";
import { likeWord } from "./model";
import { lastRun } from "./state";
import { HUES } from "./view-train";

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
        h("p", { class: "verdict", id: "image-says" }, `它说：${bench.className(prediction.said)}`),
        bench.settings.level === "primary" ? readAloud("image-says") : null,
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
