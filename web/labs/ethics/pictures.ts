// Pictures for the question who made it: four drawn by us stroke by stroke, four computed by a short program each.
import { dice } from "../dice";
import type { Maker } from "./writer";

export interface Stroke {
  /** A path; `fill` lies flat, otherwise it is a line. */
  d: string;
  hue: "jade" | "ink" | "gold" | "verm";
  fill?: boolean;
  wide?: number;
}

export interface Picture {
  key: string;
  alt: string;
  maker: Maker;
  how: string;
  strokes: Stroke[];
}

const two = (n: number): string => n.toFixed(1);
const dot = (x: number, y: number, r: number): string =>
  `M${two(x - r)} ${two(y)}a${two(r)} ${two(r)} 0 1 0 ${two(2 * r)} 0a${two(r)} ${two(r)} 0 1 0 ${two(-2 * r)} 0Z`;

function tree(): Stroke[] {
  const strokes: Stroke[] = [];
  const grow = (x: number, y: number, angle: number, long: number, depth: number): void => {
    const [tx, ty] = [x + Math.cos(angle) * long, y - Math.sin(angle) * long];
    strokes.push({
      d: `M${two(x)} ${two(y)}L${two(tx)} ${two(ty)}`,
      hue: depth > 2 ? "ink" : "jade",
      wide: depth,
    });
    if (depth === 1) return;
    for (const turn of [0.45, -0.45]) grow(tx, ty, angle + turn, long * 0.74, depth - 1);
  };
  grow(60, 112, Math.PI / 2, 28, 6);
  return strokes;
}

function flower(): Stroke[] {
  const petals = Array.from({ length: 10 }, (_, i): Stroke => {
    const turn = (i / 10) * 2 * Math.PI;
    return { d: dot(60 + Math.cos(turn) * 22, 44 + Math.sin(turn) * 22, 9), hue: "verm", fill: true };
  });
  return [
    { d: "M60 66L60 112", hue: "jade", wide: 4 },
    ...petals,
    { d: dot(60, 44, 12), hue: "gold", fill: true },
  ];
}

function hills(): Stroke[] {
  const next = dice(12);
  let heights = [78, 60];
  for (let wide = 34; wide > 2; wide /= 2)
    heights = heights.flatMap((one, i) => {
      const after = heights[i + 1];
      return after === undefined ? [one] : [one, (one + after) / 2 + (next() - 0.5) * wide];
    });
  const step = 120 / (heights.length - 1);
  const line = heights.map((y, i) => `${i ? "L" : "M"}${two(i * step)} ${two(y)}`).join("");
  return [
    { d: dot(92, 24, 10), hue: "gold", fill: true },
    { d: `${line}L120 116L0 116Z`, hue: "jade", fill: true },
  ];
}

function stars(): Stroke[] {
  const next = dice(31);
  return Array.from({ length: 26 }, () => ({
    d: dot(6 + next() * 108, 6 + next() * 108, 1 + next() * 2.4),
    hue: "gold" as const,
    fill: true,
  }));
}

const DRAWN: Picture[] = [
  {
    key: "tree-hand",
    alt: "一棵树，树干有点歪，树冠像一团云，树上有三个红果子",
    maker: "human",
    how: "画的人一笔一笔画的：树冠是一口气绕出来的，两边不一样。",
    strokes: [
      { d: "M54 112C58 96 51 86 56 70L66 70C63 88 70 98 69 112Z", hue: "ink", fill: true },
      {
        d: "M32 66C14 62 18 40 34 40C34 20 62 12 70 28C90 20 104 40 92 52C100 68 78 78 66 70C56 80 38 78 32 66Z",
        hue: "jade",
        fill: true,
      },
      { d: `${dot(44, 50, 4)}${dot(66, 42, 3.6)}${dot(78, 60, 4.2)}`, hue: "verm", fill: true },
    ],
  },
  {
    key: "flower-hand",
    alt: "一朵花，五片花瓣大小不一，茎弯着，只有一片叶子",
    maker: "human",
    how: "画的人一笔一笔画的：五片花瓣没有两片一样大。",
    strokes: [
      { d: "M60 60C66 80 54 96 62 113", hue: "jade", wide: 4 },
      { d: "M60 92C74 78 88 84 90 90C80 98 68 98 60 92Z", hue: "jade", fill: true },
      {
        d: "M60 44C50 30 52 12 62 12C72 14 70 32 60 44C72 30 92 26 92 38C92 48 74 50 60 44C76 52 82 66 72 70C64 72 60 58 60 44C56 60 48 74 38 68C32 60 48 50 60 44C44 50 26 46 28 34C32 26 50 32 60 44Z",
        hue: "verm",
        fill: true,
      },
      { d: dot(60, 44, 8), hue: "gold", fill: true },
    ],
  },
  {
    key: "hills-hand",
    alt: "两座圆圆的山，太阳只露出一半，山脚有一条小路",
    maker: "human",
    how: "画的人一笔一笔画的：太阳藏在山后面，还想到了一条路。",
    strokes: [
      { d: "M52 50A16 16 0 0 1 84 46L68 62Z", hue: "gold", fill: true },
      { d: "M0 92C18 50 34 46 56 82C70 48 96 38 120 86L120 116L0 116Z", hue: "jade", fill: true },
      { d: "M44 116C56 106 50 98 62 90", hue: "ink", wide: 3 },
    ],
  },
  {
    key: "stars-hand",
    alt: "夜里的一弯月亮，旁边七颗星连成一把勺子",
    maker: "human",
    how: "画的人一笔一笔画的：星星排成了北斗。",
    strokes: [
      { d: "M30 20A18 18 0 1 0 48 48A22 22 0 0 1 30 20Z", hue: "gold", fill: true },
      { d: "M56 92L72 82L86 84L98 74L112 80L106 98L94 92", hue: "ink", wide: 1 },
      {
        d: [
          [56, 92],
          [72, 82],
          [86, 84],
          [98, 74],
          [112, 80],
          [106, 98],
          [94, 92],
        ]
          .map(([x, y]) => dot(x as number, y as number, 3))
          .join(""),
        hue: "gold",
        fill: true,
      },
    ],
  },
];

const MADE: Picture[] = [
  {
    key: "tree-made",
    alt: "一棵树，每根枝都分成两根，左右一模一样",
    maker: "machine",
    how: "程序算的：每根枝分成两根，短四分之一，分五次。",
    strokes: tree(),
  },
  {
    key: "flower-made",
    alt: "一朵花，十片圆花瓣，一样大，排成一圈",
    maker: "machine",
    how: "程序算的：每转 36 度放一片一样的花瓣。",
    strokes: flower(),
  },
  {
    key: "hills-made",
    alt: "一条弯弯折折的山脊，右上角一个圆太阳",
    maker: "machine",
    how: "程序算的：两点的中间随机高一点、低一点，一遍一遍加细。",
    strokes: hills(),
  },
  {
    key: "stars-made",
    alt: "二十六颗星，大小不同，散在各处",
    maker: "machine",
    how: "程序算的：位置和大小都是掷骰子来的。",
    strokes: stars(),
  },
];

export const PICTURES: readonly Picture[] = [...DRAWN, ...MADE];
