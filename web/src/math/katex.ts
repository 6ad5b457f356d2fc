// The library that draws formulas, apart from everything else: most pages never load it.

import katex from "katex";
import "katex/dist/katex.min.css";
import "./math.css";

/** Draws `source` into `into`. Nothing it says can reach outside the formula: no links, pictures, ids or macros. */
export function draw(source: string, into: HTMLElement, wide: boolean): void {
  katex.render(source, into, {
    displayMode: wide,
    throwOnError: false,
    trust: false,
    strict: false,
    maxSize: 20,
    maxExpand: 100,
    output: "htmlAndMathml",
  });
}
