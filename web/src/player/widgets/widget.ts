// What every answering widget can do; the item around it knows nothing of its kind.

import type { Answer, PublicItem } from "../types";

export interface Widget {
  readonly el: HTMLElement;
  /** The answer as the server wants it, or null while something is missing. */
  answer(): Answer | null;
  /** What is still missing, in words. */
  missing(): string;
  /** Shows an answer given before. */
  show(answer: Answer): void;
  /** Marks an answer as tried; where the reply should hang, if the widget has a place for it. */
  tried(answer: Answer): HTMLElement | null;
  /** Shows the answer as right and takes no more. */
  right(answer: Answer): void;
  /** How the button names the chosen answer, such as “选C”. */
  chosen(): string;
}

export type Changed = () => void;
export type Build = (item: PublicItem, labelledBy: string, changed: Changed, aloud?: boolean) => Widget;

export const KIND_WORDS: Record<PublicItem["kind"], string> = {
  single: "选一个",
  multiple: "可以选几个",
  hotspot: "点一点",
  order: "排顺序",
  match: "连一连",
  classify: "分一分",
  numeric: "填一个数",
  short: "写一写",
};

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

export function table(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((e): e is [string, string] => typeof e[1] === "string"),
  );
}
