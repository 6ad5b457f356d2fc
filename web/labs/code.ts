// "看 Python 程序": the very same experiment as a program that runs as it stands in plain Python. A lab writes the text
// (`<lab>/code.ts`, from its state), this shows it. Tests run it with CPython: tests/journeys/programs.py.
import { h } from "./dom";

/** A folded part with the program; a lab draws it where `settings.level` is senior. */
export function codeView(program: string): HTMLDetailsElement {
  return h(
    "details",
    { class: "twin program" },
    h("summary", {}, "看 Python 程序：同一个实验"),
    h("pre", { class: "scroll", tabindex: 0, "aria-label": "Python 程序" }, program),
  );
}

/** A value as Python writes it: texts, numbers, yes and no, lists and dictionaries of them. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `float("${value}")`;
  // what JSON escapes in a text Python escapes alike; DEL and lone surrogates can't come from a page
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  return `{${Object.entries(value as object)
    .map(([key, one]) => `${JSON.stringify(key)}: ${python(one)}`)
    .join(", ")}}`;
}

/** Rows of a list, one a line: `    (3.5, "苹果"),`. */
export function pythonRows(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `    (${row.map(python).join(", ")}${row.length === 1 ? "," : ""}),`).join("\n");
}
