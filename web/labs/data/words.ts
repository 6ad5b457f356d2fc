// What the lab says.
import type { FaultKind, MendKind } from "./model";
import type { Band, PlotKind, Shift, Stage } from "./state";

export const STAGE_TEXT: Record<Stage, string> = {
  label: "一起标",
  collect: "自己收",
  clean: "洗干净",
  plot: "画出来",
  audit: "查偏差",
};
export const BAND_TEXT: Record<Band, string> = {
  most: "几乎全一样",
  half: "一大半一样",
  few: "不到一半一样",
};
export const SHIFT_TEXT: Record<Shift, string> = { less: "变小", same: "差不多", more: "变大" };
export const FAULT_TEXT: Record<FaultKind, string> = {
  missing: "缺了",
  impossible: "不可能",
  unit: "单位混了",
  twice: "抄了两遍",
};
export const MEND_TEXT: Record<MendKind, string> = {
  drop: "去掉这一行",
  middle: "用中间的数补上",
  convert: "换算回来",
};
export const PLOT_TEXT: Record<PlotKind, string> = { bar: "条形图", histogram: "直方图", scatter: "散点图" };
export const ERROR_TEXT = { missed: "叫了，灯不亮", wrongly: "没叫，灯亮了" } as const;
