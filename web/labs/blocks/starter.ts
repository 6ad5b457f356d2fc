// A small model that comes with the lab, so that the belt runs before the pupil has one: it asks one question, compares
// with the middle of a few, or has read a few sentences. It is meant to be beaten.
import { type Growth, grow, type Tree } from "../decision-tree/model";
import { FEATURES as SEEN } from "../image-classifier/keep";
import { FORMAT, packed, readModel, short, type TrainedModel, type TreeNode } from "../models";
import { begunCard } from "../models/card";
import { FEATURES as HEARD } from "../sound/draft";
import { features, picture } from "../sound/mel";
import { synth } from "../sound/synth";
import { learn } from "../text/model";
import type { Supply } from "./supply";

export const STARTER = "starter";
const FEW = 5;

/** `look` gives a picture's simple features. */
export async function starterFor(
  supply: Supply,
  look: (file: string) => Promise<ArrayLike<number>>,
): Promise<TrainedModel | null> {
  const { labels } = supply.set;
  const shared = {
    format: FORMAT,
    id: STARTER,
    name: "现成的小模型",
    made: { lab: "blocks", at: "", camera: false },
    labels,
    scores: { train: null, test: null },
    card: begunCard({}, { train: null, test: null }),
  };
  return readModel({ ...shared, ...(await learnt(supply, look)) });
}

async function learnt(supply: Supply, look: (file: string) => Promise<ArrayLike<number>>) {
  const { labels } = supply.set;
  const few = <T extends { part: string; label: string }>(all: readonly T[]) =>
    labels.map(({ key }) => all.filter(({ part, label }) => part === "train" && label === key).slice(0, FEW));
  switch (supply.of) {
    case "rows":
      return oneQuestion(supply.set);
    case "texts": {
      const bayes = learn(
        few(supply.set.sentences).flat(),
        labels.map(({ key }) => key),
        "words",
      );
      const { words, priors, likelihoods } = bayes;
      return {
        kind: "naive-bayes",
        input: { of: "text", pieces: "longest-match" },
        parameters: {
          words,
          priors: priors.map(short),
          likelihoods: likelihoods.map((row) => row.map(short)),
          binary: false,
        },
      };
    }
    case "sounds":
      return middles(
        "sound",
        HEARD,
        "euclidean",
        few(supply.set.sounds).map((kind) => kind.map((one) => features(picture(synth(one))))),
      );
    case "pictures":
      return middles(
        "picture",
        SEEN.simple,
        "cosine",
        await Promise.all(
          few(supply.set.images).map((kind) => Promise.all(kind.map(({ file }) => look(file)))),
        ),
      );
  }
}

function middles(of: string, way: string, metric: string, kinds: ArrayLike<number>[][]) {
  const rows = kinds.map((kind) =>
    Array.from(
      { length: kind[0]?.length ?? 0 },
      (_, i) => kind.reduce((sum, one) => sum + (one[i] ?? 0), 0) / kind.length,
    ),
  );
  const input = { of, features: way, size: rows[0]?.length ?? 0 };
  return { kind: "centroid", input, parameters: { metric, centres: packed(rows) } };
}

function oneQuestion(set: Extract<Supply, { of: "rows" }>["set"]) {
  const growth: Growth = {
    columns: set.columns,
    labels: set.labels.map(({ key }) => key),
    criterion: "gini",
    maxDepth: 1,
    minLeaf: 1,
  };
  const tree = grow(
    set.rows.filter(({ part }) => part === "train"),
    growth,
  );
  return {
    kind: "tree",
    input: { of: "table", columns: set.columns },
    parameters: { root: nodeOf(tree) },
  };
}

function nodeOf({ question, yes, no, says, counts }: Tree): TreeNode {
  if (!question || !yes || !no) return { says, counts };
  const branches = { yes: nodeOf(yes), no: nodeOf(no) };
  return question.kind === "number"
    ? { column: question.column, at: question.at, ...branches }
    : { column: question.column, is: question.is, ...branches };
}
