// The tree as a drawing, and the same as a nested list.
import { h, icon, s } from "../dom";
import type { Grove } from "./grove";
import type { Tree } from "./model";
import { countsText, labelText, nodeText, questionLines } from "./words";

export const HUES = ["var(--d1)", "var(--d2)", "var(--d3)", "var(--d4)"];
const BOX = { w: 132, h: 78, gapX: 12, gapY: 46, bar: 12 };

/** Coloured stretches as long as the counts, each with the first sign of its label and its count. */
export function stack(grove: Grove, counts: number[]): HTMLElement {
  const parts = counts.flatMap((n, i) => {
    if (!n) return [];
    const part = h("i", {}, `${labelText(grove.language, i).slice(0, 1)}${n}`);
    part.style.flexGrow = String(n);
    part.style.setProperty("--c", HUES[i] ?? "var(--edge)");
    part.className = `hue-${i + 1}`;
    return [part];
  });
  return h(
    "div",
    { class: "stack", role: "img", "aria-label": countsText(grove.language, counts) },
    ...parts,
  );
}

export function legend(grove: Grove): HTMLElement {
  const items = grove.table.labels.map(({ text }, i) => {
    const mark = h("i");
    mark.style.setProperty("--c", HUES[i] ?? "var(--edge)");
    return h("li", {}, mark, text);
  });
  return h("ul", { class: "legend", "aria-label": "颜色" }, ...items);
}

interface Placed {
  node: Tree;
  x: number;
  y: number;
}

/** Leaves side by side, a question above the middle of its two piles. */
function place(tree: Tree): { placed: Placed[]; width: number; height: number } {
  const placed: Placed[] = [];
  let column = 0;
  let deepest = 0;
  const visit = (node: Tree, depth: number): number => {
    deepest = Math.max(deepest, depth);
    const y = depth * (BOX.h + BOX.gapY);
    let x: number;
    if (node.yes && node.no) x = (visit(node.yes, depth + 1) + visit(node.no, depth + 1)) / 2;
    else {
      x = column * (BOX.w + BOX.gapX);
      column += 1;
    }
    placed.push({ node, x, y });
    return x;
  };
  visit(tree, 0);
  return {
    placed,
    width: column * (BOX.w + BOX.gapX) - BOX.gapX,
    height: deepest * (BOX.h + BOX.gapY) + BOX.h,
  };
}

export interface TreeLook {
  /** Path of the pile chosen, and of the one a row has come to. */
  selected: string | null;
  walked: string | null;
  /** Shown whole, made small, instead of readable and scrolled. */
  whole: boolean;
  choose: ((path: string) => void) | null;
}

export function drawing(grove: Grove, tree: Tree, look: TreeLook): SVGSVGElement {
  const { placed, width, height } = place(tree);
  const pad = 6;
  const spots = new Map(placed.map((spot) => [spot.node.path, spot]));
  const lines = placed.flatMap((spot) => (spot.node.path ? [edge(spot, spots, look)] : []));
  const boxes = placed.map((spot) => box(grove, spot, look));
  return s(
    "svg",
    {
      class: look.whole ? "tree whole" : "tree",
      viewBox: `${-pad} ${-pad} ${width + 2 * pad} ${height + 2 * pad}`,
      width: width + 2 * pad,
      height: height + 2 * pad,
      role: "group",
      "aria-label": "决策树的图，同样的内容在下面的文字里",
    },
    ...lines,
    ...boxes,
  );
}

const walkedOver = (path: string, look: TreeLook): boolean => look.walked?.startsWith(path) ?? false;

function edge(spot: Placed, spots: Map<string, Placed>, look: TreeLook): SVGGElement {
  const above = spots.get(spot.node.path.slice(0, -1));
  const yes = spot.node.path.endsWith("y");
  const x1 = (above?.x ?? 0) + BOX.w / 2;
  const y1 = (above?.y ?? 0) + BOX.h;
  const x2 = spot.x + BOX.w / 2;
  const middle = y1 + BOX.gapY / 2;
  const d = `M${x1} ${y1}V${middle}H${x2}V${spot.y}`;
  return s(
    "g",
    { class: walkedOver(spot.node.path, look) ? "edge walked" : "edge" },
    s("path", { d }),
    s("rect", { x: x2 - 13, y: middle - 4, width: 26, height: 22, rx: 4 }),
    s("text", { x: x2, y: middle + 13 }, yes ? "是" : "否"),
  );
}

function box(grove: Grove, { node, x, y }: Placed, look: TreeLook): SVGGElement {
  const lines = node.question
    ? questionLines(grove.language, node.question)
    : [
        node.rows.length ? `说是${labelText(grove.language, node.says)}` : "空的一堆",
        `${node.rows.length} ${grove.table.measure}`,
      ];
  const classes = ["node", node.question ? "asks" : "pile"];
  if (look.selected === node.path) classes.push("chosen");
  if (walkedOver(node.path, look)) classes.push("walked");
  const { choose } = look;
  const pick = () => choose?.(node.path);
  return s(
    "g",
    {
      class: classes.join(" "),
      transform: `translate(${x} ${y})`,
      role: choose ? "button" : "img",
      tabindex: choose ? 0 : null,
      "data-key": `node-${node.path}`,
      "aria-pressed": choose ? String(look.selected === node.path) : null,
      "aria-label": `${lines.join("")}：${countsText(grove.language, node.counts)}`,
      click: pick,
      keydown: (event) => {
        const { key } = event as KeyboardEvent;
        if (key !== "Enter" && key !== " ") return;
        event.preventDefault();
        pick();
      },
    },
    s("rect", { class: "frame", width: BOX.w, height: BOX.h, rx: node.question ? 10 : 4 }),
    s("text", { x: BOX.w / 2, y: 24, class: "first" }, lines[0]),
    s("text", { x: BOX.w / 2, y: 45 }, lines[1]),
    ...bar(node),
  );
}

function bar(node: Tree): SVGElement[] {
  const all = node.rows.length;
  if (!all) return [];
  const width = BOX.w - 16;
  let x = 8;
  return node.counts.flatMap((n, i) => {
    if (!n) return [];
    const part = s("rect", {
      class: `seg hue-${i + 1}`,
      x,
      y: BOX.h - BOX.bar - 8,
      width: (n / all) * width,
      height: BOX.bar,
    });
    x += (n / all) * width;
    return [part];
  });
}

/** The same tree for those who read rather than look. */
export function textTwin(grove: Grove, tree: Tree): HTMLElement {
  const item = (node: Tree, lead: string): HTMLElement =>
    h(
      "li",
      {},
      lead ? h("b", {}, lead) : null,
      nodeText(grove.language, node),
      node.yes && node.no ? h("ul", {}, item(node.yes, "是 → "), item(node.no, "否 → ")) : null,
    );
  return h(
    "details",
    { class: "twin" },
    h("summary", {}, icon("info"), "用文字看这棵树"),
    h("ul", {}, item(tree, "")),
  );
}
