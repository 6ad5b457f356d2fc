import { expect, test } from "vitest";
import { watch, zoomable } from "./graph";

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

test("the drawing grows and shrinks in steps and says how large it is", () => {
  document.body.innerHTML = `<div class="graph-figure"><button data-zoom="in"></button><button data-zoom="out"></button>
    <button data-zoom="fit"></button><output></output>
    <div class="graph-box"><svg class="graph" width="1000" height="400"></svg></div></div>`;
  const figure = document.querySelector(".graph-figure") as Element;
  zoomable(figure);
  const press = (which: string) =>
    (figure.querySelector(`[data-zoom=${which}]`) as HTMLButtonElement).click();
  const width = () => figure.querySelector("svg")?.getAttribute("width");
  press("in");
  expect([width(), figure.querySelector("output")?.textContent]).toEqual(["1250", "125%"]);
  press("out");
  press("out");
  expect(width()).toBe("800");
  for (let turn = 0; turn < 12; turn++) press("out");
  expect(width()).toBe("350");
  const box = figure.querySelector(".graph-box") as HTMLElement;
  box.dispatchEvent(new KeyboardEvent("keydown", { key: "0", bubbles: true }));
  expect(width()).toBe("1000");
});

test("letting go after a pull opens nothing, a plain press does", () => {
  document.body.innerHTML = `<div class="graph-figure"><div class="graph-box"><svg class="graph" width="9" height="9">
    <a class="g-box"><rect/></a></svg></div></div>`;
  zoomable(document.querySelector(".graph-figure") as Element);
  const rect = document.querySelector("rect") as Element;
  let opened = 0;
  document.querySelector("svg")?.addEventListener("click", (event) => {
    if (!event.defaultPrevented) opened += 1;
  });
  const act = (type: string, x: number) =>
    rect.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        cancelable: true,
        button: 0,
        clientX: x,
        pointerType: "mouse",
      }),
    );
  const press = (to: number) => {
    act("pointerdown", 10);
    act("pointermove", to);
    act("pointerup", to);
    rect.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  };
  press(60);
  expect(opened).toBe(0);
  press(11);
  expect(opened).toBe(1);
});
