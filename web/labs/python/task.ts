// A task as it lies in a dataset's folder: dataset.yaml, the starter, the checks, the data files.
import { load } from "js-yaml";
import type { LabHost } from "../host";

export interface Task {
  key: string;
  title: string;
  origin: string;
  dataTitle: string;
  starter: string;
  check: string;
  /** What stands in the field for input() at first. */
  answers: string;
  files: Record<string, string>;
}

type Raw = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export async function loadTask(host: LabHost, dataset: string, key: string): Promise<Task> {
  const file = async (name: string) => {
    const answer = await fetch(host.datasetUrl(dataset, name), { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${dataset}/${name}: ${answer.status}`);
    return answer.text();
  };
  const raw = load(await file("dataset.yaml")) as Raw;
  const found = (list(raw["tasks"]) as Raw[]).find((one) => one["key"] === key);
  if (raw["kind"] !== "program" || !found) throw new Error(`no task ${key} in ${dataset}`);
  const names = list(raw["files"]).map(text);
  const [starter = "", check = "", ...data] = await Promise.all(
    [`${key}_start.py`, `${key}_check.py`, ...names].map(file),
  );
  return {
    key,
    title: text(found["title"]),
    origin: text(raw["origin"]),
    dataTitle: text(raw["title"]),
    starter: starter.replace(/\r\n?/g, "\n"),
    check,
    answers: text(found["input"]),
    files: Object.fromEntries(names.map((name, at) => [name, data[at] ?? ""])),
  };
}
