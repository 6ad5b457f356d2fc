import type { LabHost } from "../host";
import { type About, about, fetchYaml, keys, list, type Named, ofKind, text } from "./read";

/** Something with a drawing, the strokes of one SVG path on a sheet of 24 by 24; empty when it has none. */
export interface Drawn extends Named {
  draw: string;
}

/** What is known of one thing, and what is right for it; a new one comes only later. */
export interface Case {
  key: string;
  title: string;
  facts: string[];
  label: string;
  fresh: boolean;
  draw: string;
}

export interface RuleSet extends About {
  facts: Drawn[];
  /** Conclusions on the way to a last one. */
  middles: Drawn[];
  labels: Drawn[];
  cases: Case[];
  rules: { if: string[]; so: string }[];
}

const drawn = (value: unknown): Drawn[] =>
  list(value).map((one) => ({ key: text(one["key"]), text: text(one["text"]), draw: text(one["draw"]) }));

export function parseRules(yaml: string): RuleSet {
  const raw = ofKind(yaml, "rules");
  return {
    ...about(raw),
    facts: drawn(raw["facts"]),
    middles: drawn(raw["middles"]),
    labels: drawn(raw["labels"]),
    cases: list(raw["cases"]).map((one) => ({
      key: text(one["key"]),
      title: text(one["title"]),
      facts: keys(one["facts"]),
      label: text(one["label"]),
      fresh: one["new"] === true,
      draw: text(one["draw"]),
    })),
    rules: list(raw["rules"]).map((one) => ({ if: keys(one["if"]), so: text(one["then"]) })),
  };
}

export async function loadRules(host: LabHost, name: string): Promise<RuleSet> {
  return parseRules(await fetchYaml(host, name));
}
