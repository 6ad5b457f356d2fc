import type { LabHost } from "../host";
import { parseSheet } from "./csv";
import { type About, about, fetchWithFile, list, type Named, named, ofKind, part, text } from "./read";

export interface Column {
  key: string;
  text: string;
  kind: "number" | "choice";
  unit: string;
  choices: string[];
  /** Numbers that make sense in this column; open where the data say nothing. */
  least: number;
  most: number;
}

export interface Row {
  /** Its number on the page, counted from 1 over the whole table. */
  no: number;
  part: "train" | "test";
  values: Record<string, number | string>;
  label: string;
}

export interface TableSet extends About {
  labels: Named[];
  columns: Column[];
  labelText: string;
  /** How one counts its rows: “片”, “个”. */
  measure: string;
  rows: Row[];
}

export function parseTable(yaml: string, csv: string): TableSet {
  const raw = ofKind(yaml, "table");
  const label = text(raw["label"]);
  const all: Column[] = list(raw["columns"]).map((one) => ({
    key: text(one["key"]),
    text: text(one["text"]),
    kind: one["kind"] === "choice" ? "choice" : "number",
    unit: text(one["unit"]),
    choices: Array.isArray(one["choices"]) ? one["choices"].map((choice) => text(choice)) : [],
    least: typeof one["least"] === "number" ? one["least"] : Number.NEGATIVE_INFINITY,
    most: typeof one["most"] === "number" ? one["most"] : Number.POSITIVE_INFINITY,
  }));
  const columns = all.filter((column) => column.key !== label);
  const partColumn = text(raw["part"], "part");
  const rows = parseSheet(csv).rows.map((cell, index): Row => {
    const values = columns.map((column) => [
      column.key,
      column.kind === "number" ? Number(cell(column.key)) : cell(column.key),
    ]);
    return {
      no: index + 1,
      part: part(cell(partColumn)),
      values: Object.fromEntries(values),
      label: cell(label),
    };
  });
  for (const column of columns) {
    if (column.kind === "choice" && !column.choices.length)
      column.choices = [...new Set(rows.map((row) => String(row.values[column.key])))];
  }
  return {
    ...about(raw),
    labels: named(raw["labels"]),
    columns,
    labelText: text(raw["label_text"], all.find((column) => column.key === label)?.text ?? "答案"),
    measure: text(raw["measure"], "行"),
    rows,
  };
}

export async function loadTable(host: LabHost, name: string): Promise<TableSet> {
  return parseTable(...(await fetchWithFile(host, name, "table.csv")));
}
