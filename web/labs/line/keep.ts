// The line on the sheet as a model that other labs can use: in the units of the table, not of the sheet.
import { short } from "../models";
import type { Draft } from "../models/view";
import type { Bench } from "./bench";

export function draftOf(bench: Bench): Draft {
  const [across, up] = bench.settings.axes;
  const { rise, height } = bench.line;
  // the sheet is 100 wide and high, and the line's middle lies at 50: see model.ts
  const perUnit = 100 / (across.high - across.low);
  const tall = (up.high - up.low) / 100;
  const weight = (rise / 50) * perUnit * tall;
  const bias = up.low + tall * (height - rise) - weight * across.low;
  const hand = bench.state.tab === "hand";
  return {
    kind: "line",
    name: hand ? "我画的直线" : "走下坡得到的直线",
    input: { of: "numbers", names: [across.text] },
    labels: [],
    parameters: { weights: [short(weight)], bias: short(bias), unit: up.unit },
    scores: { train: null, test: null },
    card: {
      what_for: `从${across.text}估计${up.text}。`,
      data: `${bench.settings.dots.length} 个点。`,
      how_well: `损失 ${bench.lossText()}，最好的直线是 ${Math.round(bench.least * 10) / 10}。`,
    },
  };
}
