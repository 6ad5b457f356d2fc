import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import AreasController from "./areas";

const PAGE = `<form><div data-controller="areas" data-areas-size-value="[400,300]"><svg data-areas-target="lines"></svg></div>
<select name="options.A.area.shape"><option selected>rect</option></select>
${[10, 20, 100, 50].map((v, n) => `<input name="options.A.area.at.${n}" value="${v}">`).join("")}
<input type="checkbox" name="options.A.correct" checked>
<select name="options.B.area.shape"><option selected>polygon</option></select>
<textarea name="options.B.area.at">200，100
300，100
250，200</textarea></form>`;

const find = <T extends Element>(selector: string) => document.querySelector<T>(selector) as T;
const value = (name: string) => find<HTMLInputElement>(`[name="${name}"]`).value;

function drag(on: Element, from: [number, number], to: [number, number]): void {
  const at = ([clientX, clientY]: [number, number], type: string) =>
    new MouseEvent(type, { clientX, clientY, bubbles: true, cancelable: true });
  on.dispatchEvent(at(from, "pointerdown"));
  find("svg").dispatchEvent(at(to, "pointermove"));
  find("svg").dispatchEvent(at(to, "pointerup"));
}

describe("areas drawn over a picture", () => {
  let application: Application;

  beforeEach(async () => {
    document.body.innerHTML = PAGE;
    find<SVGSVGElement>("svg").getBoundingClientRect = () => new DOMRect(0, 0, 400, 300);
    application = Application.start();
    application.register("areas", AreasController);
    await new Promise((done) => setTimeout(done, 0));
  });
  afterEach(() => application.stop());

  it("draws each area with its letter and marks the right one by its line", () => {
    expect([...document.querySelectorAll("svg text")].map((one) => one.textContent)).toEqual(["A", "B"]);
    expect(find("svg rect.area").getAttribute("class")).toBe("area yes");
    expect(document.querySelectorAll('svg [data-key="B"].grip-s')).toHaveLength(3);
  });

  it("moves an area by dragging, no further than the picture's edge", () => {
    let typed = 0;
    find("form").addEventListener("input", () => typed++);
    drag(find("svg rect.area"), [50, 40], [80, 60]);
    expect([0, 1, 2, 3].map((n) => value(`options.A.area.at.${n}`))).toEqual(["40", "40", "100", "50"]);
    expect(typed).toBe(1);
    drag(find("svg rect.area"), [60, 60], [-500, 900]);
    expect([value("options.A.area.at.0"), value("options.A.area.at.1")]).toEqual(["0", "250"]);
  });

  it("resizes by a corner and bends a polygon", () => {
    drag(find('svg [data-key="A"].grip-s'), [110, 70], [160, 90]);
    expect([value("options.A.area.at.2"), value("options.A.area.at.3")]).toEqual(["150", "70"]);
    drag(find('svg [data-key="B"][data-corner="2"]'), [250, 200], [240, 900]);
    expect(value("options.B.area.at").split("\n")).toEqual(["200，100", "300，100", "240，300"]);
  });

  it("draws what is typed, and nothing for a figure that is missing", () => {
    const left = find<HTMLInputElement>('[name="options.A.area.at.0"]');
    left.value = "77";
    left.dispatchEvent(new Event("input", { bubbles: true }));
    expect(find("svg rect.area").getAttribute("x")).toBe("77");
    left.value = "";
    left.dispatchEvent(new Event("input", { bubbles: true }));
    expect(document.querySelector('svg [data-key="A"]')).toBeNull();
  });
});
