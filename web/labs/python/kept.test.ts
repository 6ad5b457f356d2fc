import { describe, expect, it } from "vitest";
import { readModel, type TrainedModel } from "../models";
import samples from "../models/samples.json";
import { keptModels, MODELS_FILE, modelFiles } from "./kept";

const models = samples.cases.slice(0, 2).map(({ model }, at) => {
  const read = readModel({ ...model, name: at ? "近邻" : "我的树" });
  if (!read) throw new Error("not a model");
  return read as TrainedModel;
});

describe("models a program uses", () => {
  it("go along only where the program speaks of them", () => {
    expect(modelFiles(models, "print(1)")).toEqual({});
    const given = JSON.parse(modelFiles(models, 'qm.model("我的树")')[MODELS_FILE] ?? "{}");
    expect(given.names).toEqual(["我的树", "近邻"]);
    expect(given.models.map(({ name }: { name: string }) => name)).toEqual(["我的树"]);
  });

  it("are told with a beginning that fits", () => {
    expect(keptModels([])).toBeNull();
    const text = keptModels(models)?.textContent ?? "";
    expect(text).toContain('qm.model("我的树")');
    expect(text).toContain('m.predict({"x": 5, "y": 5}).text');
    expect(text).toContain("m.predict([5, 5]).text");
  });
});
