// The very same experiment as a Python program that runs as it stands.
import type { Bench } from "./bench";

/** The line put there by hand and, once the pupil has looked at it, the best one from the closed form. */
export function handCode({ state, settings }: Bench): string {
  return `points = [
${settings.dots.map(({ x, y }) => `    (${x}, ${y}),`).join("\n")}
]
rise, height = ${state.hand.rise}, ${state.hand.height}   # 自己放的直线

def u(x):
    return (x - 50) / 50

def loss(rise, height):          # 差先平方，再平均
    return sum((height + rise * u(x) - y) ** 2 for x, y in points) / len(points)

print("损失", loss(rise, height))
${state.closed ? BEST : ""}`;
}

const BEST = `
middle_u = sum(u(x) for x, y in points) / len(points)
middle_y = sum(y for x, y in points) / len(points)
best_rise = sum((u(x) - middle_u) * (y - middle_y) for x, y in points) / sum((u(x) - middle_u) ** 2 for x, y in points)
best_height = middle_y - best_rise * middle_u
print("最好的直线损失", loss(best_rise, best_height))
`;

export function descentCode(bench: Bench): string {
  const { state, settings } = bench;
  return `points = [
${settings.dots.map(({ x, y }) => `    (${x}, ${y}),`).join("\n")}
]
rise, height = ${state.start.rise}, ${state.start.height}   # 起点
rate = ${bench.rate}   # 学习率

def u(x):
    return (x - 50) / 50

def loss():
    return sum((height + rise * u(x) - y) ** 2 for x, y in points) / len(points)

for step in range(${state.path.length || 20}):
    down_rise = sum(2 * (height + rise * u(x) - y) * u(x) for x, y in points) / len(points)
    down_height = sum(2 * (height + rise * u(x) - y) for x, y in points) / len(points)
    rise = rise - rate * down_rise
    height = height - rate * down_height

print("损失", loss())
`;
}
