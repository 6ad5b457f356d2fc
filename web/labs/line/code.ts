// The very same experiment as a Python program that runs as it stands.
import type { Bench } from "./bench";

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
