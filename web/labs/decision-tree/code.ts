// The very same tree as a Python program that runs as it stands: the rows it learnt from, the questions, what comes out.
import { python, pythonRows } from "../code";
import type { Row } from "../datasets";
import type { Grove } from "./grove";
import type { Shape } from "./model";

export function treeCode(grove: Grove): string {
  const { settings, state, language, table } = grove;
  const { columns, criterion } = settings;
  const hand = state.which === "hand";
  const tested = grove.treeFacts(state.which).test !== null;
  const named = (key: string) => language.labels.find((label) => label.key === key)?.text ?? key;
  const rows = (some: Row[]) =>
    pythonRows(some.map((row) => [...columns.map(({ key }) => row.values[key]), named(row.label)]));
  return `from math import floor, log2

names = ${python(columns.map(({ text }) => text))}
choices = ${python(columns.map(({ kind, choices }) => (kind === "choice" ? choices : null)))}   # 这一列有哪几种；数的列是 None
labels = ${python(language.labels.map(({ text }) => text))}
train = [   # 学过的
${rows(settings.train)}
]
test = [   # 没见过的${tested ? "" : "；考一考以后才写在这里"}
${tested ? rows(settings.test) : ""}
]

def yes(row, question):          # 问题：第几列，不超过几（或者是哪一种）
    column, at = question
    return row[column] == at if choices[column] else row[column] <= at

def count(rows):
    return [sum(row[-1] == label for row in rows) for label in labels]

def leaf(rows, depth, above):
    counts = count(rows)
    says = labels[counts.index(max(counts))] if rows else above
    return {"rows": rows, "depth": depth, "says": says, "question": None}

def split(node, question):
    node["question"] = question
    for name, side in [("yes", True), ("no", False)]:
        part = [row for row in node["rows"] if yes(row, question) == side]
        node[name] = leaf(part, node["depth"] + 1, node["says"])

tree = leaf(train, 0, labels[0])
${hand ? planted(state.hand, grove) : grown(grove, criterion)}
def follow(node, row):
    while node["question"]:
        node = node["yes" if yes(row, node["question"]) else "no"]
    return node["says"]

def walk(node, indent=""):
    if not node["question"]:
        return print(f"{indent}说是{node['says']} {count(node['rows'])}")
    column, at = node["question"]
    print(f"{indent}{names[column]}{'是' if choices[column] else '不超过'} {at}？")
    walk(node["yes"], indent + "  是 ")
    walk(node["no"], indent + "  否 ")

walk(tree)
for name, rows in [("学过的", train), ("没见过的", test)]:
    right = sum(follow(tree, row) == row[-1] for row in rows)
    if rows:
        print(f"{name} {len(rows)} ${table.measure}，" + ("全分对" if right == len(rows) else f"分对 {right} ${table.measure}"))
`;
}

/** The pupil's own questions, as nested tuples: (column, limit or choice, yes, no). */
function planted(hand: Shape, { settings }: Grove): string {
  const shape = (one: Shape): string => {
    if (!one) return "None";
    const at = one.q.kind === "number" ? one.q.at : one.q.is;
    const column = settings.columns.findIndex(({ key }) => key === one.q.column);
    return `(${column}, ${python(at)}, ${shape(one.yes)}, ${shape(one.no)})`;
  };
  return `mine = ${shape(hand)}   # 自己问的：第几列、不超过几（或者是哪一种）、是、否

def plant(node, shape):
    if shape:
        split(node, shape[:2])
        plant(node["yes"], shape[2])
        plant(node["no"], shape[3])

plant(tree, mine)
`;
}

function grown({ state, settings }: Grove, criterion: "gini" | "gain"): string {
  const { depth, shown } = state.learner;
  const sum = criterion === "gini" ? "1 - sum(p * p for p in shares)" : "-sum(p * log2(p) for p in shares)";
  return `max_depth, min_leaf, most = ${depth}, ${settings.minLeaf}, ${shown ?? 9999}   # 最多几层，每堆至少几行，最多问几个

def mixed(rows):                 # 有多混杂：0 是全是一种
    shares = [n / len(rows) for n in count(rows) if n]
    return ${sum}

def questions(rows, column):
    if choices[column]:
        here = [one for one in choices[column] if any(row[column] == one for row in rows)]
        return here[:1] if len(here) == 2 else [] if len(here) == 1 else here
    values = sorted({row[column] for row in rows})
    return [floor((a + b) * 5000 + 0.5) / 10000 for a, b in zip(values, values[1:])]

def best(rows):                  # 每一列所有问法都试，留下问完最不混杂的
    found = None
    for column in range(len(names)):
        top = None
        for at in questions(rows, column):
            a = [row for row in rows if yes(row, (column, at))]
            b = [row for row in rows if not yes(row, (column, at))]
            if min(len(a), len(b)) < min_leaf:
                continue
            drop = mixed(rows) - (len(a) * mixed(a) + len(b) * mixed(b)) / len(rows)
            if top is None or drop > top[0] + 1e-12:
                top = (drop, (column, at))
        if top and (found is None or top[0] > found[0] + 1e-12):
            found = top
    return found

queue, asked = [tree], 0
while queue and asked < most:    # 一层一层地问
    node = queue.pop(0)
    if node["depth"] >= max_depth or max(count(node["rows"])) == len(node["rows"]):
        continue
    found = best(node["rows"])
    if found and found[0] > 1e-12:
        split(node, found[1])
        asked += 1
        queue += [node["yes"], node["no"]]
`;
}
