// The trained machine as a model other labs can use: asked with the 48 numbers of `mel.ts`.
import { packed, short } from "../models";
import type { Draft } from "../models/view";
import type { Bench } from "./bench";
import { BANDS } from "./mel";
import { type Classifier, count, type Example, K, SoundHead } from "./model";
import { PLACE_TEXT } from "./words";

/** How a second of sound becomes numbers: mean and spread of 24 mel bands (`features` of mel.ts). */
export const FEATURES = "mel24-mean-std";

export function soundDraft(bench: Bench, classifier: Classifier, examples: readonly Example[]): Draft | null {
  const { run, tests } = bench.state;
  if (!run) return null;
  const labels = bench.settings.labels.map(({ key, text }) => ({ key, text }));
  const quiet = tests.find((one) => one.run === run.no && one.place === "quiet");
  const about = {
    name: "听声音的模型",
    input: { of: "sound", features: FEATURES, size: 2 * BANDS } as const,
    labels,
    scores: { train: run.train, test: quiet ? count(quiet.answers) : null },
    card: {
      what_for: `听一秒声音，分出${labels.map(({ text }) => text).join("、")}。`,
      data: `${bench.set.title}（${bench.set.origin}），学过 ${run.train.all} 个。`,
      missing: run.noisy ? "很吵的地方、大厅里的声音没有学过。" : "只学过安静时的声音，吵的地方没有学过。",
      not_for: `${PLACE_TEXT.loud}；要分清别的声音的时候。`,
    },
  };
  if (classifier instanceof SoundHead) {
    const { weights, bias } = classifier.linear();
    return {
      ...about,
      kind: "softmax",
      parameters: { weights: weights.map((row) => row.map(short)), bias: bias.map(short) },
    };
  }
  return {
    ...about,
    kind: "neighbours",
    parameters: {
      k: K,
      metric: "euclidean",
      ties: "nearest",
      shift: [],
      stretch: [],
      vectors: packed(examples.map(({ features }) => features)),
      answers: examples.map(({ label }) => labels.findIndex(({ key }) => key === label)),
    },
  };
}
