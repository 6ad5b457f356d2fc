// The very same convolution as a Python program that runs as it stands.
import type { Bench } from "./bench";
import { divisorOf, type Layer } from "./model";

const POINT: Record<Layer["padding"], string> = {
  none: "    return picture[y][x]",
  zero: `    if not (0 <= y < len(picture) and 0 <= x < len(picture[0])):
        return 0                       # 外面补 0
    return picture[y][x]`,
  edge: `    y = min(len(picture) - 1, max(0, y))   # 外面补最近的点
    x = min(len(picture[0]) - 1, max(0, x))
    return picture[y][x]`,
};

export function kernelCode(bench: Bench): string {
  const { input } = bench;
  const { kernel, padding, stride, pool } = bench.state.layer;
  const rows = Array.from({ length: input.height }, (_, row) => {
    const mine = input.values.slice(row * input.width, (row + 1) * input.width);
    return `    [${mine.map((value) => Number(value.toFixed(4))).join(", ")}],`;
  });
  const nine = [0, 3, 6].map((at) => `    [${kernel.weights.slice(at, at + 3).join(", ")}],`);
  const around = padding === "none" ? 0 : 1;
  return `picture = [   # 0 最黑，255 最白
${rows.join("\n")}
]
kernel = [
${nine.join("\n")}
]
divisor, stride, around = ${divisorOf(kernel)}, ${stride}, ${around}   # 除以几，一步几格，四周补几圈

def point(y, x):
${POINT[padding]}

def at(row, column):                   # 九个点乘九个数，加起来，再除
    top, left = row * stride - around, column * stride - around
    total = 0
    for dy in range(3):
        for dx in range(3):
            total += point(top + dy, left + dx) * kernel[dy][dx]
    return total / divisor

height = (len(picture) + 2 * around - 3) // stride + 1
width = (len(picture[0]) + 2 * around - 3) // stride + 1
result = [[at(row, column) for column in range(width)] for row in range(height)]
${pool === "none" ? "" : poolCode(pool)}
values = [value for row in result for value in row]
mean = sum(values) / len(values)
print(f"第 1 行第 1 个：{round(result[0][0], 1):g}")
print(f"{len(result[0])}×{len(result)}：最小 {round(min(values), 1):g}，最大 {round(max(values), 1):g}，平均 {round(mean, 1):g}")
`;
}

function poolCode(pool: Layer["pool"]): string {
  const how = pool === "max" ? "max(four)" : "sum(four) / 4";
  return `
def pooled(row, column):               # 池化：每四个变一个
    four = [result[row * 2 + dy][column * 2 + dx] for dy in range(2) for dx in range(2)]
    return ${how}

result = [[pooled(row, column) for column in range(width // 2)] for row in range(height // 2)]
`;
}
