// Where a tap on a picture lands: areas in the picture's own units, the smallest one under the finger, and for small
// ones as much around them as a finger needs. Mirrors qiming/curriculum/rules/shapes.py.

export interface Area {
  shape: "rect" | "circle" | "polygon";
  at: number[];
}
export interface Spot {
  key: string;
  area: Area;
}
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What a finger needs, in CSS pixels. */
export const FINGER = 44;

export function boxOf({ shape, at }: Area): Box {
  const n = (place: number) => at[place] ?? 0;
  if (shape === "rect") return { left: n(0), top: n(1), width: n(2), height: n(3) };
  if (shape === "circle") return { left: n(0) - n(2), top: n(1) - n(2), width: 2 * n(2), height: 2 * n(2) };
  const xs = at.filter((_, place) => place % 2 === 0);
  const ys = at.filter((_, place) => place % 2 === 1);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

export function corners({ at }: Area): [number, number][] {
  const found: [number, number][] = [];
  for (let place = 0; place + 1 < at.length; place += 2) found.push([at[place] ?? 0, at[place + 1] ?? 0]);
  return found;
}

export function holds(area: Area, x: number, y: number): boolean {
  const { left, top, width, height } = boxOf(area);
  if (area.shape === "circle") {
    const [cx = 0, cy = 0, radius = 0] = area.at;
    return Math.hypot(x - cx, y - cy) <= radius;
  }
  if (x < left || x > left + width || y < top || y > top + height) return false;
  if (area.shape === "rect") return true;
  const all = corners(area);
  let odd = false;
  all.forEach(([x1, y1], at) => {
    const [x2, y2] = all[(at + 1) % all.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
  });
  return odd;
}

/** How much of the picture it covers; the smaller of two that overlap is meant. */
export function room(area: Area): number {
  const { width, height } = boxOf(area);
  if (area.shape === "rect") return width * height;
  if (area.shape === "circle") return (Math.PI * width * height) / 4;
  const all = corners(area);
  const twice = all.reduce((sum, [x1, y1], at) => {
    const [x2, y2] = all[(at + 1) % all.length] ?? [x1, y1];
    return sum + x1 * y2 - x2 * y1;
  }, 0);
  return Math.abs(twice) / 2;
}

/** The area under a point; else the nearest whose box, grown to a finger's size, holds it. `unit`: pixels a picture unit. */
export function landed(spots: Spot[], x: number, y: number, unit: number): string | null {
  const under = spots.filter((spot) => holds(spot.area, x, y));
  if (under.length) return under.reduce((a, b) => (room(b.area) < room(a.area) ? b : a)).key;
  const near = spots
    .map((spot) => ({ key: spot.key, off: beyond(spot.area, x, y, FINGER / unit) }))
    .filter((one) => one.off !== null)
    .sort((a, b) => (a.off ?? 0) - (b.off ?? 0));
  return near[0]?.key ?? null;
}

/** How far from the middle, when the point lies in the box grown to `least` each way; null outside. */
function beyond(area: Area, x: number, y: number, least: number): number | null {
  const { left, top, width, height } = boxOf(area);
  const [dx, dy] = [Math.abs(x - left - width / 2), Math.abs(y - top - height / 2)];
  if (width >= least && height >= least) return null;
  return dx <= Math.max(width, least) / 2 && dy <= Math.max(height, least) / 2 ? Math.hypot(dx, dy) : null;
}
