// What every kind of data set is read with: the values of a dataset.yaml as they should be, and its files.
import { load } from "js-yaml";
import type { LabHost } from "../host";

export type Raw = Record<string, unknown>;

export interface Named {
  key: string;
  text: string;
}

/** What every data set says of itself. */
export interface About {
  key: string;
  title: string;
  origin: string;
}

export const text = (value: unknown, otherwise = ""): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
export const list = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : []);
export const keys = (value: unknown): string[] => (Array.isArray(value) ? value.map((one) => text(one)) : []);
export const named = (value: unknown): Named[] =>
  list(value).map((one) => ({ key: text(one["key"]), text: text(one["text"], text(one["key"])) }));
export const part = (value: unknown): "train" | "test" => (value === "test" ? "test" : "train");

/** A dataset.yaml of one kind; of another it is refused. */
export function ofKind(yaml: string, kind: string): Raw {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== kind)
    throw new Error(`dataset ${text(raw["key"])} is of kind ${text(raw["kind"])}, not ${kind}`);
  return raw;
}

export const about = ({ key, title, origin }: Raw): About => ({
  key: text(key),
  title: text(title),
  origin: text(origin),
});

export async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

export const fetchYaml = (host: LabHost, name: string): Promise<string> =>
  fetchText(host.datasetUrl(name, "dataset.yaml"));

/** The kind of a data set, where a lab takes several. */
export async function fetchKind(host: LabHost, name: string): Promise<string> {
  return text((load(await fetchYaml(host, name)) as Raw)["kind"]);
}

/** The dataset.yaml and the file it names (`file`). */
export async function fetchWithFile(host: LabHost, name: string, usual: string): Promise<[string, string]> {
  const yaml = await fetchYaml(host, name);
  const file = text((load(yaml) as Raw)["file"], usual);
  return [yaml, await fetchText(host.datasetUrl(name, file))];
}
