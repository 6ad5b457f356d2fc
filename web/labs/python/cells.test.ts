import { describe, expect, it } from "vitest";
import { cellAt, cellsOf, hasCells, MARK, withCell } from "./cells";

const THREE = "import qm\n# %% 读\nrows = 1\n\n#%%\nprint(rows)";

describe("cells", () => {
  it("are parted by marks, know their lines and together are the program", () => {
    expect(cellsOf(THREE)).toEqual([
      { no: 1, first: 1, last: 1, source: "import qm" },
      { no: 2, first: 3, last: 4, source: "rows = 1\n" },
      { no: 3, first: 6, last: 6, source: "print(rows)" },
    ]);
    expect(hasCells(THREE)).toBe(true);
    expect(hasCells("# %d\nprint('# %%')")).toBe(false);
  });

  it("hold a program without marks whole, and leave out an empty beginning", () => {
    expect(cellsOf("a\nb").map(({ source }) => source)).toEqual(["a\nb"]);
    expect(cellsOf(`\n${MARK}\na`).map(({ source }) => source)).toEqual(["a"]);
    expect(cellsOf("")).toEqual([]);
    expect(cellsOf(MARK).map(({ source }) => source)).toEqual([""]);
  });

  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [5, 3],
    [6, 3],
    [99, 3],
  ])("line %i lies in cell %i", (line, no) => {
    expect(cellAt(THREE, line)?.no).toBe(no);
  });

  it("are added after the one the cursor is in, with the cursor on the new line", () => {
    const { code, line } = withCell(THREE, 3);
    expect(cellsOf(code).map(({ source }) => source.trim())).toEqual([
      "import qm",
      "rows = 1",
      "",
      "print(rows)",
    ]);
    expect(cellAt(code, line)?.no).toBe(3);
    expect(code.split("\n")[line - 2]).toBe(MARK);
    expect(withCell("a = 1\n\n", 1)).toEqual({ code: "a = 1\n\n# %%\n", line: 4 });
    expect(withCell("", 1).code).toBe("# %%\n");
  });
});
