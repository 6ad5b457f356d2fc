// The eight kinds of items and the widget of each.

import type { PublicItem } from "../types";
import { multiple, single } from "./choose";
import { hotspot } from "./hotspot";
import { order } from "./order";
import { classify, match } from "./place";
import type { Build, Changed, Widget } from "./widget";
import { numeric, short } from "./write";

const BUILDERS: Record<PublicItem["kind"], Build> = {
  single,
  multiple,
  hotspot,
  order,
  match,
  classify,
  numeric,
  short,
};

export function widgetFor(item: PublicItem, labelledBy: string, changed: Changed, aloud = false): Widget {
  return BUILDERS[item.kind](item, labelledBy, changed, aloud);
}

export { KIND_WORDS } from "./widget";
export type { Widget };
