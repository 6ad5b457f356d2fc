import { afterEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import FoldController from "./fold";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["narrow", true],
  ["wide", false],
])("on a %s screen it is open or folded as there is room", async (_, narrow) => {
  let turned: () => void = () => undefined;
  const query = {
    matches: narrow,
    addEventListener: (_: string, to: () => void) => {
      turned = to;
    },
    removeEventListener: () => undefined,
  };
  const asked = vi.fn(() => query);
  vi.stubGlobal("matchMedia", asked);
  await mount(
    "<details data-controller='fold' open><summary>筛选</summary></details>",
    "fold",
    FoldController,
  );
  expect(one<HTMLDetailsElement>("details").open).toBe(!narrow);
  expect(asked).toHaveBeenCalledWith("(max-width: 900px)");
  query.matches = !narrow;
  turned();
  expect(one<HTMLDetailsElement>("details").open).toBe(narrow);
});
