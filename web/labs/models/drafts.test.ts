// What each lab offers to keep answers as the lab itself does.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import { Grove } from "../decision-tree/grove";
import { draftOf as treeDraft } from "../decision-tree/keep";
import { follow } from "../decision-tree/model";
import type { LabSpec } from "../host";
import { Head, neighbours, unit } from "../image-classifier/model";
import { Bench as LineBench } from "../line/bench";
import { draftOf as lineDraft } from "../line/keep";
import { at } from "../line/model";
import { readSettings as lineSettings } from "../line/state";
import { FORMAT, packed, predict, readModel, type TrainedModel } from "../models";
import { Bench as PointsBench } from "../points/bench";
import { draftOf as pointsDraft } from "../points/keep";
import { vote } from "../points/model";
import { fromSheet, readSettings as pointsSettings, toSheet } from "../points/state";
import { standIn } from "../testing";
import { begunCard } from "./card";
import type { Draft } from "./view";

const spec = (id: string): LabSpec => ({ id, dataset: "", settings: {}, goals: [], hints: [] });

function table(name: string) {
  const folder = resolve(import.meta.dirname, "../../../content/datasets", name);
  const read = (file: string) => readFileSync(resolve(folder, file), "utf-8");
  return parseTable(read("dataset.yaml"), read("table.csv"));
}

function kept(draft: Draft | null): TrainedModel {
  const made = { lab: "x", at: "", camera: false };
  const model = readModel({
    ...draft,
    format: FORMAT,
    id: "1",
    made,
    card: begunCard({}, { train: null, test: null }),
  });
  if (!model) throw new Error("not whole");
  return model;
}

describe("a model that is kept", () => {
  it("says what the tree says", () => {
    const grove = new Grove(table("campus-leaves"), spec("decision-tree"), standIn(), () => undefined);
    expect(treeDraft(grove)).toBeNull();
    grove.show("algorithm");
    grove.growAll();
    const model = kept(treeDraft(grove));
    for (const row of [...grove.settings.train, ...grove.settings.test])
      expect(predict(model, row.values).index).toBe(follow(grove.tree(), row).says);
    expect(model.scores.train).toEqual(grove.treeFacts("algorithm").train);
    expect(model.scores.test).toBeNull();
  });

  it("says what the neighbours say, asked in the table's units", () => {
    const settings = pointsSettings({}, table("small-fruits"));
    const bench = new PointsBench(settings, spec("points"), standIn(), () => undefined);
    const model = kept(pointsDraft(bench));
    for (const dot of settings.unseen) {
      const asked = [fromSheet(settings.axes[0], dot.x), fromSheet(settings.axes[1], dot.y)];
      expect(predict(model, asked).index).toBe(vote(bench.state.dots, dot, bench.state.k, 3)?.kind);
    }
  });

  it("gives the number the line gives, in the table's units", () => {
    const settings = lineSettings({}, table("ice-pops"));
    const bench = new LineBench(settings, spec("line"), standIn(), () => undefined);
    bench.state.hand = bench.best;
    const model = kept(lineDraft(bench));
    const [across, up] = settings.axes;
    for (const { x } of settings.dots)
      expect(predict(model, [fromSheet(across, x)]).value).toBeCloseTo(fromSheet(up, at(bench.best, x)), 3);
    expect(toSheet(across, fromSheet(across, 30))).toBeCloseTo(30);
  });

  it("says what was learnt from pictures, by neighbours and by a head", () => {
    const features = (seed: number) =>
      unit(Float32Array.from({ length: 24 }, (_, i) => Math.abs(Math.sin(seed * 12.9 + i * 78.2))));
    const examples = Array.from({ length: 12 }, (_, i) => ({
      id: String(i),
      label: i % 2 ? "a" : "b",
      features: features(i),
    }));
    const labels = [
      { key: "a", text: "甲" },
      { key: "b", text: "乙" },
    ];
    const input = { of: "picture" as const, features: "test", size: 24 };
    const base = { name: "甲乙", input, labels, scores: { train: null, test: null }, card: {} };
    const near = kept({
      ...base,
      kind: "neighbours",
      parameters: {
        k: 3,
        metric: "cosine",
        ties: "sum",
        shift: [],
        stretch: [],
        vectors: packed(examples.map((one) => one.features)),
        answers: examples.map(({ label }) => (label === "a" ? 0 : 1)),
      },
    });
    const head = new Head(examples, ["a", "b"]);
    for (let i = 0; i < 40; i += 1) head.step();
    const trained = kept({ ...base, kind: "softmax", parameters: head.folded() });
    for (let i = 20; i < 40; i += 1) {
      const asked = features(i);
      const text = { a: "甲", b: "乙" };
      const said = neighbours(examples, ["a", "b"]).predict(asked).said as "a" | "b";
      expect(predict(near, asked).text).toBe(text[said]);
      const shares = head.predict(asked).likeness.map(({ share }) => share);
      expect(predict(trained, asked).shares[0]).toBeCloseTo(shares[0] as number, 4);
    }
  });
});
