import { expect, test } from "vitest";
import { readModel } from "../../labs/models";
import samples from "../../labs/models/samples.json";
import { Shelf } from "./shelf";
import type { Store } from "./store";
import type { Json, PageData } from "./types";

const brought = { ...samples.cases[0]?.model, id: "00000000-0000-4000-8000-00000000000a", name: "带来的" };

function shelf(models: Json[] | undefined): Shelf {
  let kept: Json = [];
  const store = {
    draft: async () => kept,
    keepDraft: async (_: string, models: Json) => {
      kept = models;
    },
  } as unknown as Store;
  return new Shelf({ who: "t", models } as unknown as PageData, store, null, {} as never);
}

test("what a teacher brought along lies beside the own models, and what cannot be read is left out", async () => {
  const found = shelf([brought as unknown as Json, { format: "odd" }]);
  expect((await found.all()).map(({ name }) => name)).toEqual(["带来的"]);
  const own = readModel({ ...brought, id: "00000000-0000-4000-8000-00000000000b", name: "自己的" });
  expect(own && (await found.keep(own, "a"))).toBe("");
  expect((await found.all()).map(({ name }) => name)).toEqual(["自己的", "带来的"]);
  expect(await shelf(undefined).all()).toEqual([]);
});
