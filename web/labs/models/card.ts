// What is said of a model: what its file holds, how well it does, and the card as Markdown. Pure.
import { CARD_FIELDS, type Card, type Score, type TrainedModel } from "../models";

export const KIND_TEXT: Record<TrainedModel["kind"], string> = {
  tree: "决策树",
  neighbours: "近邻",
  centroid: "离哪个中心近",
  softmax: "一层权重",
  "naive-bayes": "朴素贝叶斯",
  dense: "小神经网络",
  line: "直线",
};

const scoreText = (what: string, score: Score | null): string =>
  score ? `${what} ${score.all} 个，对 ${score.right} 个。` : "";

/** How well it does, as counted by its lab. */
export function scoresText({ train, test }: TrainedModel["scores"]): string {
  const unseen = test ? scoreText("没见过的", test) : "没见过的还没有考。";
  return `${scoreText("学过的", train)}${train || test ? unseen : ""}`;
}

/** What the file holds and what it doesn't, for whoever gets it. */
export function contentsText(model: TrainedModel): string {
  const source = { picture: "图片", sound: "声音", text: "原文", table: "原来的表", numbers: "别的" }[
    model.input.of
  ];
  const without = `里面没有${source}。`;
  switch (model.kind) {
    case "tree":
      return `问题和每一堆的个数。${without}`;
    case "neighbours": {
      const { rows } = model.parameters.vectors;
      return `${rows.length} 个样本，每个变成了 ${rows[0]?.length ?? 0} 个数，和它们的答案。${without}`;
    }
    case "centroid":
      return `每一类一个中心，每个 ${model.parameters.centres.rows[0]?.length ?? 0} 个数。${without}`;
    case "naive-bayes":
      return `${model.parameters.words.length} 个词和它们的权重。${without}`;
    case "softmax":
      return `每一类 ${model.parameters.weights[0]?.length ?? 0} 个权重。${without}`;
    case "dense":
      return `${model.parameters.layers.length} 层权重。${without}`;
    case "line":
      return "直线的斜率和截距。里面没有学过的点。";
  }
}

const line = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Markdown signs a pupil typed stay signs. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|!]/g, "\\$&").trim();

export function cardMarkdown(model: TrainedModel): string {
  const parts = CARD_FIELDS.map(
    ({ key, text }) => `## ${text}\n\n${plain(model.card[key]) || "（没有填）"}\n`,
  );
  const labels = model.labels.map(({ text }) => plain(line(text))).join("、");
  return [
    `# 模型卡：${plain(line(model.name))}\n`,
    ...parts,
    `## 文件里有什么\n\n${contentsText(model)}\n`,
    "## 数字\n",
    `- 办法：${KIND_TEXT[model.kind]}`,
    `- 答案：${labels || "一个数"}`,
    `- 成绩：${scoresText(model.scores) || "没有考过"}`,
    `- 格式：${model.format}，说明在 model.schema.json，read\\_model.py 能读。\n`,
  ].join("\n");
}

/** A card begun from what the lab knows; the pupil goes on. */
export function begunCard(given: Partial<Card>, scores: TrainedModel["scores"]): Card {
  return {
    what_for: given.what_for ?? "",
    data: given.data ?? "",
    missing: given.missing ?? "",
    how_well: given.how_well ?? scoresText(scores),
    not_for: given.not_for ?? "",
    made_by: given.made_by ?? "",
  };
}

/** A name for files: no signs a file system minds. */
export function fileName(name: string): string {
  return (
    line(name)
      .replace(/[\\/:*?"<>|.\s]+/g, "-")
      .slice(0, 40) || "model"
  );
}
