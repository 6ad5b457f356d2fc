// The points on the sheet as a nearest-neighbour model that other labs can use; asked in the units of the table.
import { short } from "../models";
import type { Draft } from "../models/view";
import type { Bench } from "./bench";

export function draftOf(bench: Bench): Draft | null {
  const { settings, state } = bench;
  if (!state.dots.length) return null;
  const axes = settings.axes;
  const test = state.tests.filter(({ k }) => k === state.k).at(-1);
  const own = state.added ? `，其中 ${state.added} 个是自己放的` : "";
  return {
    kind: "neighbours",
    name: `${state.k} 个近邻`,
    input: { of: "numbers", names: axes.map(({ text }) => text) },
    labels: settings.kinds,
    parameters: {
      k: state.k,
      metric: "euclidean",
      ties: "nearest",
      shift: axes.map(({ low }) => low),
      stretch: axes.map(({ low, high }) => short(100 / (high - low))),
      vectors: { scale: 1, rows: state.dots.map(({ x, y }) => [short(x), short(y)]) },
      answers: state.dots.map(({ kind }) => kind),
    },
    scores: { train: null, test: test ? { right: test.right, all: test.all } : null },
    card: { data: `${state.dots.length} 个点${own}。` },
  };
}
