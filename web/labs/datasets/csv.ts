/** The cells of a CSV text; quotes as usual. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || cell !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < csv.length; i += 1) {
    const c = csv[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") {
      row.push(cell);
      cell = "";
    } else if (c === "\n") endRow();
    else if (c !== "\r") cell += c;
  }
  if (cell !== "" || row.length) endRow();
  return rows;
}

/** The rows below the first, each answering for the names that stand in it; and those names. */
export function parseSheet(csv: string): { head: string[]; rows: ((name: string) => string)[] } {
  const [head = [], ...body] = parseCsv(csv.replace(/^\uFEFF/, ""));
  return { head, rows: body.map((cells) => (name) => cells[head.indexOf(name)] ?? "") };
}
