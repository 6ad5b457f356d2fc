// What a program drew, as numbers; scales and words for it. Pure.

export interface Plot {
  kind: "plot";
  title: string;
  x: string;
  y: string;
  points: [number, number, string][];
  lines: { name: string; points: [number, number][] }[];
}
export interface Bars {
  kind: "bars";
  title: string;
  unit: string;
  bars: [string, number][];
}
export interface Grid {
  kind: "grid";
  title: string;
  cells: number[][];
  rows: string[];
  columns: string[];
}
export interface Table {
  kind: "table";
  title: string;
  head: string[];
  body: string[][];
}
export type Drawing = Plot | Bars | Grid | Table;

const MOST_TEXT = 80;
const MOST = 12;
type Raw = Record<string, unknown>;
const text = (value: unknown): string => String(value ?? "").slice(0, MOST_TEXT);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Takes only what can be drawn; what comes from a program or an old state may be anything. */
export function readDrawings(value: unknown): Drawing[] {
  return list(value)
    .slice(0, MOST)
    .map((one) => read((one ?? {}) as Raw))
    .filter((one) => one !== null);
}

const pair = (value: unknown): [number, number] | null => {
  const [x, y] = list(value);
  return finite(x) && finite(y) ? [x, y] : null;
};

function read(raw: Raw): Drawing | null {
  const title = text(raw["title"]);
  if (raw["kind"] === "plot") {
    const points = list(raw["points"]).flatMap((one): [number, number, string][] => {
      const at = pair(one);
      return at ? [[...at, text(list(one)[2])]] : [];
    });
    const lines = (list(raw["lines"]) as Raw[]).map((line) => ({
      name: text(line?.["name"]),
      points: list(line?.["points"])
        .map(pair)
        .filter((at) => at !== null),
    }));
    if (!points.length && !lines.some((line) => line.points.length)) return null;
    return { kind: "plot", title, x: text(raw["x"]), y: text(raw["y"]), points, lines };
  }
  if (raw["kind"] === "bars") {
    const bars = list(raw["bars"]).flatMap((one): [string, number][] => {
      const [name, value] = list(one);
      return finite(value) ? [[text(name), value]] : [];
    });
    return bars.length ? { kind: "bars", title, unit: text(raw["unit"]), bars } : null;
  }
  if (raw["kind"] === "grid") {
    const cells = list(raw["cells"]).map((row) => list(row).filter(finite));
    const wide = cells[0]?.length ?? 0;
    if (!wide || cells.some((row) => row.length !== wide)) return null;
    return {
      kind: "grid",
      title,
      cells,
      rows: list(raw["rows"]).map(text),
      columns: list(raw["columns"]).map(text),
    };
  }
  if (raw["kind"] === "table") {
    const body = list(raw["body"]).map((row) => list(row).map(text));
    return body.length ? { kind: "table", title, head: list(raw["head"]).map(text), body } : null;
  }
  return null;
}

export interface Axis {
  from: number;
  to: number;
  ticks: number[];
}

/** A span of round numbers around all values, with some four to six steps of 1, 2 or 5 times a power of ten. */
export function axisOf(values: number[], withZero = false): Axis {
  let low = values.length ? Math.min(...values) : 0;
  let high = values.length ? Math.max(...values) : 1;
  if (withZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  if (low === high) {
    const room = Math.abs(low) / 2 || 1;
    [low, high] = withZero ? [Math.min(0, low), Math.max(0, high) || 1] : [low - room, high + room];
  }
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough * 0.999) ?? 10);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.ceil(high / step - 1e-9) * step;
  const count = Math.round((to - from) / step);
  return { from, to, ticks: Array.from({ length: count + 1 }, (_, at) => tidy(from + at * step)) };
}

/** A number as one writes it: no tail of rounding, no long fractions. */
export function tidy(value: number): number {
  return Number(value.toPrecision(10));
}
export function shown(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** Names of the groups of points, in the order of their coming. */
export function groupsOf(plot: Plot): string[] {
  return [...new Set(plot.points.map(([, , name]) => name))];
}

/** One sentence that stands for the drawing. */
export function sentence(drawing: Drawing): string {
  const title = drawing.title ? `“${drawing.title}”` : "";
  if (drawing.kind === "bars") {
    const [most, least] = [high(drawing.bars), low(drawing.bars)];
    const ends =
      drawing.bars.length > 1
        ? `，最高的是${most[0]} ${shown(most[1])}，最低的是${least[0]} ${shown(least[1])}`
        : "";
    return `条形图${title}：${drawing.bars.length} 条${ends}。`;
  }
  if (drawing.kind === "grid")
    return `方格图${title}：${drawing.cells.length} 行 ${drawing.cells[0]?.length ?? 0} 列。`;
  if (drawing.kind === "table") return `表${title}：${drawing.body.length} 行。`;
  const groups = groupsOf(drawing).filter(Boolean);
  const parts = [
    drawing.points.length
      ? `${drawing.points.length} 个点${groups.length ? `（${groups.join("、")}）` : ""}`
      : "",
    drawing.lines.length ? `${drawing.lines.length} 条线` : "",
  ];
  return `坐标图${title}：${parts.filter(Boolean).join("，")}。`;
}

const high = (bars: [string, number][]) => bars.reduce((best, one) => (one[1] > best[1] ? one : best));
const low = (bars: [string, number][]) => bars.reduce((best, one) => (one[1] < best[1] ? one : best));

const MOST_TWIN = 60;

/** The numbers of a drawing as a table, for those who read rather than look. */
export function twin(drawing: Drawing): { head: string[]; body: string[][]; left: number } {
  const all = rowsOf(drawing);
  return {
    head: all.head,
    body: all.body.slice(0, MOST_TWIN),
    left: Math.max(0, all.body.length - MOST_TWIN),
  };
}

function rowsOf(drawing: Drawing): { head: string[]; body: string[][] } {
  if (drawing.kind === "table") return drawing;
  if (drawing.kind === "bars") {
    const body = drawing.bars.map(([name, value]) => [name, shown(value)]);
    return { head: ["名称", drawing.unit ? `数（${drawing.unit}）` : "数"], body };
  }
  if (drawing.kind === "grid") {
    const columns = drawing.cells[0]?.map((_, at) => drawing.columns[at] ?? `第 ${at + 1} 列`) ?? [];
    const body = drawing.cells.map((row, at) => [drawing.rows[at] ?? `第 ${at + 1} 行`, ...row.map(shown)]);
    return { head: ["", ...columns], body };
  }
  const named = groupsOf(drawing).some(Boolean) || drawing.lines.some((line) => line.name);
  const points = drawing.points.map(([x, y, name]) => [name || "点", shown(x), shown(y)]);
  const lines = drawing.lines.flatMap((line, at) =>
    line.points.map(([x, y]) => [line.name || `线 ${at + 1}`, shown(x), shown(y)]),
  );
  const head = [named || drawing.lines.length ? "哪一个" : "", drawing.x || "横", drawing.y || "纵"];
  return { head, body: [...points, ...lines] };
}
