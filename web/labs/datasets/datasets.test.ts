import { describe, expect, it } from "vitest";
import { parseCsv, parseImages, parseTable } from "./index";

describe("CSV", () => {
  it.each([
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      'a,"b,c"\n"d ""e""",\n',
      [
        ["a", "b,c"],
        ['d "e"', ""],
      ],
    ],
    ['"x\ny",z\n', [["x\ny", "z"]]],
    ["a\n\nb\n", [["a"], ["b"]]],
  ])("%j", (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });
});

const TABLE = `
key: t
title: 表
kind: table
origin: 合成
labels: [{key: "yes", text: 带}, {key: "no", text: 不带}]
columns: [{key: sky, text: 天, kind: choice}, {key: wet, text: 湿, kind: number, unit: "%"}]
label: take
file: table.csv
`;

describe("datasets", () => {
  it("read a table with its parts, numbers and choices", () => {
    const set = parseTable(TABLE, "\uFEFFpart,sky,wet,take\ntrain,晴,40.5,no\ntest,阴,80,yes\n");
    expect(set.rows).toEqual([
      { no: 1, part: "train", values: { sky: "晴", wet: 40.5 }, label: "no" },
      { no: 2, part: "test", values: { sky: "阴", wet: 80 }, label: "yes" },
    ]);
    expect(set.columns[0]?.choices).toEqual(["晴", "阴"]);
    expect(set.measure).toBe("行");
  });

  it("refuse the other kind", () => {
    expect(() => parseImages(TABLE)).toThrow(/not images/);
    expect(() => parseTable("key: x\nkind: images", "")).toThrow(/not table/);
  });
});
