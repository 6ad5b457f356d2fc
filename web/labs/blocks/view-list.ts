// The program as a list that is edited by buttons and choices alone: nothing has to be dragged.
import { button, type Child, h, uid } from "../dom";
import type { Bench } from "./bench";
import { fits, GROUPS, MOST_WORDS, offered, type Piece, pieceOf, type Slot, usual } from "./pieces";
import { countNodes, freshNode, inWords, MOST_NODES, type Node, placeOf, remove, shift } from "./program";

export class ListEditor {
  /** The chosen step; new ones come after it. "" is the beginning. */
  chosen = "";

  constructor(
    private readonly bench: Bench,
    private readonly changed: (say: string) => void,
    private readonly redraw: () => void,
  ) {}

  /** What its parts depend on besides the program. */
  get look(): string {
    return `${this.chosen} ${this.elseOf} ${this.bench.state.scene}`;
  }

  parts(): Child[] {
    const { bench } = this;
    if (this.chosen && !placeOf(bench.program, this.chosen)) this.chosen = "";
    return [
      h(
        "div",
        { class: "bl-list", role: "group", "aria-label": "程序，一行一块" },
        this.startRow(),
        ...this.rows(bench.program, 1),
      ),
      this.chosen ? this.chosenPart() : null,
      this.addPart(),
    ];
  }

  private startRow(): HTMLElement {
    return button("开始", () => this.choose(""), {
      key: "row-",
      pressed: this.chosen === "",
      class: "bl-line",
    });
  }

  private rows(steps: readonly Node[], depth: number): HTMLElement[] {
    return steps.flatMap((node) => {
      const inner = Object.entries(node.bodies).flatMap(([name, body]) => [
        ...(name === "ELSE" ? [h("p", { class: `bl-else bl-in-${Math.min(depth, 6)}` }, "不然")] : []),
        ...(body.length
          ? this.rows(body, depth + 1)
          : [h("p", { class: `bl-empty bl-in-${Math.min(depth + 1, 6)}` }, "（里面还是空的）")]),
      ]);
      return [this.row(node, depth), ...inner];
    });
  }

  private row(node: Node, depth: number): HTMLElement {
    const piece = pieceOf(node.type);
    const sign = piece?.sign ? `${piece.sign} ` : "";
    const made = button(`${sign}${inWords(node).replace(/ 不然$/, "")}`, () => this.choose(node.id), {
      key: `row-${node.id}`,
      pressed: this.chosen === node.id,
      class: `bl-line bl-in-${Math.min(depth, 6)} bl-${piece?.group ?? "logic"}`,
    });
    made.dataset["step"] = node.id;
    return made;
  }

  private choose(id: string): void {
    this.chosen = id;
    this.redraw();
  }

  private get node(): Node | null {
    const place = placeOf(this.bench.program, this.chosen);
    return place?.list[place.at] ?? null;
  }

  private chosenPart(): HTMLElement | null {
    const { node } = this;
    if (!node) return null;
    const { program } = this.bench;
    const move = (by: -1 | 1, said: string) => {
      if (shift(program, node.id, by)) this.changed(said);
    };
    return h(
      "div",
      { class: "bl-chosen" },
      h("h3", {}, "选中的这块"),
      this.slots(node),
      h(
        "div",
        { class: "row" },
        button("往上", () => move(-1, "往上移了"), { key: "up" }),
        button("往下", () => move(1, "往下移了"), { key: "down" }),
        button(
          "删掉",
          () => {
            const said = `删掉了：${inWords(node)}`;
            remove(program, node.id);
            this.chosen = "";
            this.changed(said);
          },
          { key: "delete", after: "row-" },
        ),
      ),
    );
  }

  /** A piece's own choices, one after the other; pieces within come in boxes. */
  private slots(node: Node): HTMLElement {
    const piece = pieceOf(node.type);
    const parts = (piece?.parts ?? []).map((part): Child => {
      if (typeof part === "string") return h("span", {}, part);
      return "body" in part ? null : this.slot(node, part, piece as Piece);
    });
    return h("div", { class: "bl-slots" }, ...parts);
  }

  private slot(node: Node, slot: Exclude<Slot, { body: string }>, piece: Piece): HTMLElement {
    if ("value" in slot) return this.valueSlot(node, slot);
    const name = "field" in slot ? slot.field : "number" in slot ? slot.number : slot.words;
    const key = `${node.id}-${name}`;
    const what = piece.parts.filter((part) => typeof part === "string").join("");
    const label = `${what || "填"}：${"field" in slot ? "选一个" : "number" in slot ? "数" : "字"}`;
    const put = (value: string | number) => {
      node.fields[name] = value;
      this.changed("改好了");
    };
    if ("field" in slot) {
      const choices =
        slot.choices === "labels" ? this.bench.labels.map((one) => [one, one] as const) : slot.choices;
      return select(key, label, choices, String(node.fields[name]), put);
    }
    const number = "number" in slot;
    const input = h("input", {
      type: number ? "number" : "text",
      value: String(node.fields[name] ?? ""),
      maxlength: MOST_WORDS,
      "aria-label": label,
      "data-key": key,
      ...(number ? { min: slot.least, max: slot.most } : {}),
    });
    input.addEventListener("change", () => put(number ? Number(input.value) || 0 : input.value));
    return input;
  }

  private valueSlot(node: Node, slot: { value: string; takes: "number" | "truth" | "any" }): HTMLElement {
    const { scene } = this.bench.state;
    const inside = node.values[slot.value] ?? null;
    const pieces = offered(scene, this.bench.settings.level).filter(
      (piece) => piece.shape !== "step" && fits(piece.shape, slot.takes),
    );
    const known = inside && !pieces.some(({ type }) => type === inside.type) ? pieceOf(inside.type) : null;
    const choices = [...pieces, ...(known ? [known] : [])].map(
      (piece) => [piece.type, nameOf(piece)] as const,
    );
    const empty = usual(slot.takes) ? [] : [["", "（选一个条件）"] as const];
    const put = (type: string) => {
      node.values[slot.value] = type ? freshNode(type, this.bench.labels) : null;
      this.changed("换好了");
    };
    const key = `${node.id}-${slot.value}`;
    const chooser = select(key, "这里放什么", [...empty, ...choices], inside?.type ?? "", put);
    return h("div", { class: "bl-value" }, chooser, inside ? this.inner(inside) : null);
  }

  /** What a value needs beyond its name. */
  private inner(node: Node): HTMLElement | null {
    const piece = pieceOf(node.type);
    return piece?.parts.some((part) => typeof part !== "string") ? this.slots(node) : null;
  }

  private addPart(): HTMLElement {
    const { bench } = this;
    const full = countNodes(bench.program) >= MOST_NODES;
    const steps = offered(bench.state.scene, bench.settings.level).filter(({ shape }) => shape === "step");
    const groups = GROUPS.filter(({ key }) => steps.some(({ group }) => group === key));
    const { node } = this;
    const inside = node ? Object.values(node.bodies).length > 0 : false;
    const where = node
      ? inside
        ? `放进“${inWords(node).replace(/ 不然$/, "")}”里面`
        : "放在选中的下面"
      : "放在最后";
    return h(
      "div",
      { class: "bl-add" },
      h("h3", {}, "加一块", h("small", {}, full ? `最多 ${MOST_NODES} 块` : where)),
      ...groups.map(({ key, text }) =>
        h(
          "div",
          { class: "row", role: "group", "aria-label": text },
          ...steps
            .filter(({ group }) => group === key)
            .map((piece) =>
              button(`${piece.sign ? `${piece.sign} ` : ""}${nameOf(piece)}`, () => this.add(piece.type), {
                key: `add-${piece.type}`,
                class: `bl-piece bl-${piece.group}`,
                disabled: full,
              }),
            ),
        ),
      ),
      node && inside && "ELSE" in node.bodies
        ? button("选中“不然”里面，加在那里", () => this.addElse(node), { key: "add-else" })
        : null,
    );
  }

  private elseOf = "";

  private addElse(node: Node): void {
    this.elseOf = this.elseOf === node.id ? "" : node.id;
    this.bench.host.say(this.elseOf ? "下一块加在“不然”里面" : "下一块加在“就”里面");
    this.redraw();
  }

  private add(type: string): void {
    const { program, labels } = this.bench;
    const made = freshNode(type, labels);
    const { node } = this;
    const bodies = node ? Object.entries(node.bodies) : [];
    if (node && bodies.length) {
      const body = node.bodies[this.elseOf === node.id ? "ELSE" : "DO"] ?? bodies[0]?.[1];
      body?.push(made);
    } else if (node) {
      const place = placeOf(program, node.id);
      place?.list.splice(place.at + 1, 0, made);
      this.chosen = made.id;
    } else program.push(made);
    if (Object.keys(made.bodies).length) this.chosen = made.id;
    this.changed(`加了：${inWords(made)}`);
  }
}

/** A piece's name in a list of pieces: its words, with … where something goes in. */
function nameOf(piece: Piece): string {
  const words = piece.parts.map((part) => (typeof part === "string" ? part : "…"));
  const plain = words.join("").replace(/…+$/, "");
  if (piece.type === "num") return "一个数";
  if (piece.type === "text") return "几个字";
  if (piece.type === "label") return "一个箱子的名字";
  if (piece.type === "get") return "变量";
  if (piece.type === "compare") return "比大小";
  if (piece.type === "both") return "两个条件";
  return piece.type === "sum" ? "算一算" : plain;
}

function select(
  key: string,
  label: string,
  choices: readonly (readonly [string, string])[],
  value: string,
  put: (value: string) => void,
): HTMLSelectElement {
  const made = h(
    "select",
    { id: uid("bl"), "aria-label": label, "data-key": key },
    ...choices.map(([one, text]) => h("option", { value: one, selected: one === value }, text)),
  );
  made.addEventListener("change", () => put(made.value));
  return made;
}
