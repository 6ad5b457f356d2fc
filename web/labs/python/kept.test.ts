import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { readModel, type TrainedModel } from "../models";
import samples from "../models/samples.json";
import { standIn } from "../testing";
import { keptModels, MODELS_FILE, modelFiles } from "./kept";

const models = samples.cases.slice(0, 2).map(({ model }, at) => {
  const read = readModel({ ...model, name: at ? "近邻" : "我的树" });
  if (!read) throw new Error("not a model");
  return read as TrainedModel;
});

const files = async (source: string) =>
  JSON.parse((await modelFiles(models, source, standIn()))[MODELS_FILE] ?? "{}");

describe("models a program uses", () => {
  it("go along only where the program speaks of them", async () => {
    expect(await modelFiles(models, "print(1)", standIn())).toEqual({});
    const given = await files('qm.model("我的树")');
    expect(given.names).toEqual(["我的树", "近邻"]);
    expect(given.models.map(({ name }: { name: string }) => name)).toEqual(["我的树"]);
  });

  it("come with things to try them with when the program asks for some", async () => {
    expect((await files('qm.model("我的树")')).samples).toEqual({});
    const folder = resolve(import.meta.dirname, "../../../content/datasets");
    vi.stubGlobal("fetch", async (url: string) => new Response(readFileSync(resolve(folder, url.slice(1)))));
    const text = readModel({
      ...models[0],
      kind: "naive-bayes",
      name: "来信",
      labels: [
        { key: "praise", text: "表扬" },
        { key: "help", text: "求助" },
      ],
      input: { of: "text", pieces: "longest-match" },
      parameters: { words: ["谢谢"], priors: [0, -1], likelihoods: [[0], [-1]], binary: false },
    }) as TrainedModel;
    const host = standIn(null, { datasetUrl: (name, file) => `/${name}/${file}` });
    const source = 'qm.model("来信").samples';
    const given = JSON.parse((await modelFiles([text], source, host))[MODELS_FILE] ?? "{}");
    expect(given.samples[text.id]).toHaveLength(20);
    expect(given.samples[text.id][0]).toEqual([
      expect.any(String),
      expect.stringMatching(/^(表扬|求助|建议)$/),
    ]);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    const missing = JSON.parse((await modelFiles([text], source, host))[MODELS_FILE] ?? "{}");
    expect(missing.samples[text.id]).toBeNull();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it("are told with a beginning that fits", () => {
    expect(keptModels([])).toBeNull();
    const text = keptModels(models)?.textContent ?? "";
    expect(text).toContain('qm.model("我的树")');
    expect(text).toContain('m.predict({"x": 5, "y": 5}).text');
    expect(text).toContain("m.predict([5, 5]).text");
  });
});
