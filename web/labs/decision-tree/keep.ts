// The tree on the page as a model that other labs can use.
import { short } from "../models";
import type { Draft } from "../models/view";
import type { Grove } from "./grove";
import type { Tree } from "./model";

type Root = Extract<Draft, { kind: "tree" }>["parameters"]["root"];

function nodeOf(tree: Tree): Root {
  const { question, yes, no } = tree;
  if (!question || !yes || !no) return { says: tree.says, counts: tree.counts };
  const branches = { yes: nodeOf(yes), no: nodeOf(no) };
  return question.kind === "number"
    ? { column: question.column, at: short(question.at), ...branches }
    : { column: question.column, is: question.is, ...branches };
}

export function draftOf(grove: Grove): Draft | null {
  const tree = grove.tree();
  if (!tree.question) return null;
  const { table, settings, state } = grove;
  const facts = grove.treeFacts(state.which);
  const whose = state.which === "hand" ? "我种的树" : "算法种的树";
  return {
    kind: "tree",
    name: `${whose}：${table.title}`.slice(0, 40),
    input: { of: "table", columns: settings.columns },
    labels: table.labels,
    parameters: { root: nodeOf(tree) },
    scores: { train: facts.train, test: facts.test },
    card: { data: `${table.title}里的 ${settings.train.length} ${table.measure}。` },
  };
}
