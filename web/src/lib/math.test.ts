import { beforeEach, describe, expect, it, vi } from "vitest";
import { drawMath, watchMath } from "./math";

// The library refuses to draw in a page without a doctype; a test's page has none.
Object.defineProperty(document, "compatMode", { value: "CSS1Compat" });

const html = (source: string, wide = false) => {
  const one = document.createElement("span");
  one.className = wide ? "math wide" : "math";
  one.textContent = source;
  return one;
};

describe("formulas", () => {
  beforeEach(() => document.body.replaceChildren());

  it("are drawn once and keep their source for a screen reader", async () => {
    document.body.append(html("\\frac{1}{2}"));
    await drawMath(document);
    const drawn = document.querySelector(".math");
    expect(drawn?.querySelector(".katex")).not.toBeNull();
    expect(drawn?.querySelector("math")).not.toBeNull();
    const before = drawn?.innerHTML;
    await drawMath(document);
    expect(drawn?.innerHTML).toBe(before);
  });

  it.each([
    "\\href{javascript:alert(1)}{x}",
    "\\includegraphics{https://elsewhere.example/x.png}",
    "\\htmlData{onclick=alert(1)}{x}",
    "\\htmlId{main}{x}",
    "<img src=x onerror=alert(1)>",
    "\\url{https://elsewhere.example}",
    "\\def\\a{\\a\\a}\\a",
  ])("say nothing outside themselves: %s", async (source) => {
    document.body.append(html(source));
    await drawMath(document);
    expect(document.querySelector("a, img, script, [onclick], #main")).toBeNull();
  });

  it("stand as typed when they cannot be read", async () => {
    document.body.append(html("\\frac{1}"));
    await drawMath(document);
    expect(document.body.textContent).toContain("\\frac{1}");
  });

  it("are drawn when they come later", async () => {
    watchMath();
    const holder = document.createElement("div");
    holder.append(html("x^2", true));
    document.body.append(holder);
    await vi.waitFor(() => expect(document.querySelector(".katex-display")).not.toBeNull());
  });
});
