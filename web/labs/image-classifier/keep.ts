// What the machine has learnt as a model that other labs can use. Pictures stay here: only their features go along.
import { packed, short } from "../models";
import type { Draft } from "../models/view";
import type { Bench } from "./bench";
import { type Example, NEIGHBOURS } from "./model";
import { lastRun, testCount } from "./state";

/** How pictures become numbers; a lab that uses the model has to do it the same way. */
export const FEATURES = {
  network: "efficientnet-lite0/pooled/unit",
  simple: "colours-and-edges/unit",
} as const;

export async function draftOf(bench: Bench): Promise<Draft | null> {
  const run = lastRun(bench.state);
  const learnt = run && (await bench.learntNow());
  if (!run || !learnt || bench.eye.kind === "opening") return null;
  const { examples, head } = learnt;
  const labels = bench.state.classes.map(({ key, name }) => ({ key, text: name }));
  const size = examples[0]?.features.length ?? 0;
  const own = bench.state.own.filter(({ id }) => run.placed[id]);
  const base = {
    name: labels
      .map(({ text }) => text)
      .join("和")
      .slice(0, 40),
    input: { of: "picture" as const, features: FEATURES[bench.eye.kind], size },
    labels,
    scores: { train: run.train, test: testCount(run) },
    camera: own.some(({ from }) => from !== "file"),
    card: { data: dataText(bench, examples, own.length) },
  };
  if (head) {
    const { weights, bias } = head.folded();
    return { ...base, kind: "softmax", parameters: { weights: weights.map((row) => row.map(short)), bias } };
  }
  return {
    ...base,
    kind: "neighbours",
    parameters: {
      k: NEIGHBOURS,
      metric: "cosine",
      ties: "sum",
      shift: [],
      stretch: [],
      vectors: packed(examples.map(({ features }) => features)),
      answers: examples.map(({ label }) => labels.findIndex(({ key }) => key === label)),
    },
  };
}

function dataText(bench: Bench, examples: Example[], own: number): string {
  const each = bench.state.classes.map(
    ({ key, name }) => `${name} ${examples.filter(({ label }) => label === key).length} 张`,
  );
  return `${each.join("，")}${own ? `，其中自己的 ${own} 张` : ""}。来自${bench.set.title}。`;
}
