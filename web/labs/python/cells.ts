// A program in cells: lines that begin with `# %%` part it, as in other tools for notebooks. The text stays one program
// that runs as it stands; cells are only a way to run it bit by bit. Pure.

export interface Cell {
  /** 1 for the first. */
  no: number;
  /** Its first line in the program, after the mark; 1 for the first line. */
  first: number;
  last: number;
  source: string;
}

export const MARK = "# %%";
const isMark = (line: string): boolean => /^#\s?%%/.test(line);

export const hasCells = (code: string): boolean => code.split("\n").some(isMark);

/** The cells in order; what stands before the first mark is a cell too when it holds anything. */
export function cellsOf(code: string): Cell[] {
  const lines = code.split("\n");
  const cells: Omit<Cell, "no">[] = [];
  let first = 1;
  const close = (last: number, next: number, opened: boolean) => {
    const source = lines.slice(first - 1, last).join("\n");
    if (opened || source.trim()) cells.push({ first, last: Math.max(first, last), source });
    first = next;
  };
  let opened = false;
  lines.forEach((line, at) => {
    if (!isMark(line)) return;
    close(at, at + 2, opened);
    opened = true;
  });
  close(lines.length, lines.length + 1, opened);
  return cells.map((cell, at) => ({ no: at + 1, ...cell }));
}

/** The cell a line lies in; a mark belongs to the cell below it. */
export function cellAt(code: string, line: number): Cell | null {
  const cells = cellsOf(code);
  return cells.find((cell) => line <= cell.last) ?? cells[cells.length - 1] ?? null;
}

/** The program with a new cell after the one `line` lies in, and the line to write on. */
export function withCell(code: string, line: number): { code: string; line: number } {
  const lines = code.split("\n");
  const after = hasCells(code) ? (cellAt(code, line)?.last ?? lines.length) : lines.length;
  const head = lines.slice(0, after);
  while (head.length && !(head[head.length - 1] ?? "").trim()) head.pop();
  const rest = lines.slice(after);
  const next = [...head, ...(head.length ? [""] : []), MARK, "", ...rest];
  return { code: next.join("\n"), line: head.length + (head.length ? 1 : 0) + 2 };
}
