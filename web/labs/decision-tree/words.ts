// Questions and piles in plain Chinese.
import type { Column, Named } from "../datasets";
import type { Question, Tree } from "./model";

export interface Language {
  columns: Column[];
  labels: Named[];
  measure: string;
}

const number = (value: number): string => String(Math.round(value * 1000) / 1000);

export function columnOf(language: Language, key: string): Column | undefined {
  return language.columns.find((column) => column.key === key);
}

/** The two lines a question takes in a drawing: column and condition. */
export function questionLines(language: Language, question: Question): [string, string] {
  const column = columnOf(language, question.column);
  const name = column?.text ?? question.column;
  if (question.kind === "choice") return [name, `是“${question.is}”？`];
  return [name, `不超过 ${number(question.at)}${unitOf(column)}？`];
}

function unitOf(column: Column | undefined): string {
  const unit = column?.unit ?? "";
  return unit === "%" ? "%" : unit ? ` ${unit}` : "";
}

export function questionText(language: Language, question: Question): string {
  return questionLines(language, question).join("");
}

export function valueText(language: Language, key: string, value: number | string | undefined): string {
  const column = columnOf(language, key);
  return typeof value === "number" ? `${number(value)}${unitOf(column)}` : String(value ?? "");
}

export function labelText(language: Language, index: number): string {
  return language.labels[index]?.text ?? "";
}

/** “银杏 12 片，国槐 3 片”; labels that don't occur are left out. */
export function countsText(language: Language, counts: number[]): string {
  const parts = counts.flatMap((n, i) => (n ? [`${labelText(language, i)} ${n} ${language.measure}`] : []));
  return parts.join("，") || `没有一${language.measure}`;
}

export function pileName(path: string): string {
  if (!path) return "全部";
  return [...path].map((step) => (step === "y" ? "是" : "否")).join(" › ");
}

export function nodeText(language: Language, node: Tree): string {
  const head = node.question
    ? `问：${questionText(language, node.question)}`
    : `这一堆说是${labelText(language, node.says)}`;
  return `${head}（${countsText(language, node.counts)}）`;
}
