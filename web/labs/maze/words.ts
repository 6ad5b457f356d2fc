// Methods, grounds and results in plain Chinese.
import type { Level } from "../level";
import type { Found, Ground, Maze, Method, Step } from "./model";

export const METHOD_SHORT: Record<Method, string> = { bfs: "BFS", dfs: "DFS", greedy: "贪心", astar: "A*" };

const METHOD_HOW: Record<Method, string> = {
  bfs: "一圈一圈找：谁先排队，先打开谁，离起点近的先打开。",
  dfs: "一条路走到黑：谁最后来，先打开谁，走不通再退回来。",
  greedy: "只看前面：谁离终点最近，先打开谁；走过的路多贵，它不管。",
  astar: "前后都看：走到这里的代价，加上估计还要走的，谁最小先打开谁。",
};

/** The same for the youngest: what it does, not what it is called. */
const METHOD_PLAIN: Record<Method, string> = {
  bfs: "一圈一圈找",
  dfs: "一条路走到底",
  greedy: "只朝终点走",
  astar: "前后都算着走",
};
const HOW_PLAIN: Record<Method, string> = {
  bfs: "近的先看，再看远的。",
  dfs: "走不通了，才退回来。",
  greedy: "哪格离终点近，先看哪格。",
  astar: "走过的和还要走的，加起来少的先看。",
};

export const methodName = (method: Method, level: Level): string =>
  (level === "primary" ? METHOD_PLAIN : METHOD_SHORT)[method];
export const methodHow = (method: Method, level: Level): string =>
  (level === "primary" ? HOW_PLAIN : METHOD_HOW)[method];

export const GROUND_TEXT: Record<Ground, string> = { floor: "空地", wall: "墙", mud: "泥地" };

export const factorText = (factor: number): string => String(Math.round(factor * 100) / 100);

export const runName = (method: Method, factor: number, level: Level): string =>
  method === "astar" && level !== "primary" ? `A*（倍数 ${factorText(factor)}）` : methodName(method, level);

export function placeText(maze: Maze, cell: number): string {
  return `第 ${Math.floor(cell / maze.columns) + 1} 行第 ${(cell % maze.columns) + 1} 列`;
}

/** Why this cell was the next one. */
export function stepText(maze: Maze, method: Method, step: Step, no: number): string {
  const head = `第 ${no} 次打开：${placeText(maze, step.cell)}`;
  if (method === "greedy") return `${head}，离终点还有 ${step.left} 格。`;
  if (method !== "astar") return `${head}，走到这里要花 ${step.cost}。`;
  return `${head}，走到这里 ${step.cost}，估计还要 ${factorText(step.left)}，合起来 ${factorText(step.cost + step.left)}。`;
}

export function endText(found: Found, level: Level): string {
  if (level === "primary")
    return found.path
      ? `：到了！打开 ${found.steps.length} 格，路长 ${found.path.length - 1} 步。`
      : `：打开了 ${found.steps.length} 格，没有路。`;
  if (!found.path) return `打开了 ${found.steps.length} 格，能到的都到过了：没有路。`;
  return `到了！打开 ${found.steps.length} 格，路长 ${found.path.length - 1} 步，代价 ${found.cost}。`;
}
