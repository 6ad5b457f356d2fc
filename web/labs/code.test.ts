import { describe, expect, it } from "vitest";
import { codeView, python, pythonRows } from "./code";

describe("a value as Python writes it", () => {
  it.each([
    [null, "None"],
    [true, "True"],
    [-0.5, "-0.5"],
    [1e21, "1e+21"],
    [Number.POSITIVE_INFINITY, 'float("Infinity")'],
    ['他说"好"\n\\', '"他说\\"好\\"\\n\\\\"'],
    [[1, "a", [false]], '[1, "a", [False]]'],
    [{ 甲: [1] }, '{"甲": [1]}'],
  ])("%j is %s", (value, text) => expect(python(value)).toBe(text));

  it("rows are tuples, one a line", () => {
    expect(pythonRows([[1, "甲"], [2]])).toBe('    (1, "甲"),\n    (2,),');
  });
});

it("the program stands in the page as text, nothing of it is markup", () => {
  const shown = codeView('print("<b>你好</b>")');
  expect(shown.querySelector("pre")?.textContent).toBe('print("<b>你好</b>")');
  expect(shown.querySelector("b")).toBeNull();
});
