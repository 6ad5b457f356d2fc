import { expect, test } from "vitest";
import { watch } from "./graph";

test("a concept shows its own lines and the concepts at their other ends", () => {
  document.body.innerHTML = `<svg class="graph">
    <path class="g-arrow" data-before="a" data-after="b"/><path class="g-arrow" data-before="c" data-after="d"/>
    <a class="g-box" data-key="a"><rect/></a><a class="g-box" data-key="b"><rect/></a></svg>`;
  const graph = document.querySelector(".graph") as Element;
  watch(graph);
  document.querySelector("rect")?.dispatchEvent(new Event("focusin", { bubbles: true }));
  const on = () => [...graph.querySelectorAll(".g-arrow")].map((arrow) => arrow.classList.contains("on"));
  const near = () => [...graph.querySelectorAll(".g-box")].map((box) => box.classList.contains("near"));
  expect(on()).toEqual([true, false]);
  expect(near()).toEqual([false, true]);
  graph.dispatchEvent(new Event("pointerleave"));
  expect(on()).toEqual([false, false]);
  expect(near()).toEqual([false, false]);
});
