// A line through points on a sheet of 100 by 100: its loss, one step downhill, and the best line at once. Pure.
import type { Spot } from "../plane";

/** Height in the middle of the sheet, and the rise over half of it: both of the sheet's size, so one rate fits both. */
export interface Line {
  rise: number;
  height: number;
}

export const across = (x: number): number => (x - 50) / 50;
export const at = (line: Line, x: number): number => line.height + line.rise * across(x);

/** The mean of the squared gaps between the points and the line. */
export function loss(dots: readonly Spot[], line: Line): number {
  return dots.reduce((sum, { x, y }) => sum + (at(line, x) - y) ** 2, 0) / (dots.length || 1);
}

/** How the loss changes with rise and height. */
export function slope(dots: readonly Spot[], line: Line): Line {
  const found = { rise: 0, height: 0 };
  for (const { x, y } of dots) {
    const gap = (2 * (at(line, x) - y)) / dots.length;
    found.rise += gap * across(x);
    found.height += gap;
  }
  return found;
}

export function step(dots: readonly Spot[], line: Line, rate: number): Line {
  const down = slope(dots, line);
  return { rise: line.rise - rate * down.rise, height: line.height - rate * down.height };
}

interface Sums {
  u: number;
  uu: number;
}

function sums(dots: readonly Spot[]): Sums {
  const n = dots.length || 1;
  const u = dots.reduce((sum, { x }) => sum + across(x), 0) / n;
  return { u, uu: dots.reduce((sum, { x }) => sum + across(x) ** 2, 0) / n };
}

/** Least squares in closed form; of points one above the other the level line. */
export function best(dots: readonly Spot[]): Line {
  const { u, uu } = sums(dots);
  const n = dots.length || 1;
  const y = dots.reduce((sum, dot) => sum + dot.y, 0) / n;
  const uy = dots.reduce((sum, dot) => sum + across(dot.x) * dot.y, 0) / n;
  const wide = uu - u * u;
  const rise = wide > 1e-12 ? (uy - u * y) / wide : 0;
  return { rise, height: y - rise * u };
}

/** Lines whose loss is `more` above the least: an ellipse around the best one. */
export function ring(dots: readonly Spot[], more: number, parts = 72): Line[] {
  const { u, uu } = sums(dots);
  const { rise, height } = best(dots);
  const wide = Math.sqrt(Math.max(uu - u * u, 1e-9));
  const far = Math.sqrt(more);
  return Array.from({ length: parts }, (_, i) => {
    const turn = (2 * Math.PI * i) / parts;
    const dr = (far * Math.cos(turn)) / wide;
    return { rise: rise + dr, height: height + far * Math.sin(turn) - u * dr };
  });
}
