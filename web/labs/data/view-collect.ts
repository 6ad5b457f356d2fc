// Rows the pupil writes down: a small table, each cell checked before it goes in.
import { button, type Child, h, section } from "../dom";
import type { Bench } from "./bench";
import { MOST_OWN } from "./state";

export function collectSection(
  bench: Bench,
  typed: Record<string, string>,
  problem: string,
  said: (problem: string) => void,
): HTMLElement {
  const { set, state } = bench;
  const form = h(
    "form",
    {
      class: "collect",
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        const wrong = bench.add(typed, typed["label"] ?? set.labels[0]?.key ?? "");
        if (!wrong) for (const { key, kind } of set.columns) if (kind === "number") delete typed[key];
        said(wrong);
      },
    },
    ...set.columns.map((column) =>
      field(column.key, `${column.text}${column.unit ? `（${column.unit}）` : ""}`, column.choices, typed),
    ),
    field(
      "label",
      set.labelText,
      set.labels.map(({ text }) => text),
      typed,
      set.labels.map(({ key }) => key),
    ),
    h("button", { class: "btn go", type: "submit", "data-key": "add" }, "登记这一行"),
  );
  return section(
    "c-collect",
    "自己登记几行",
    `最多 ${MOST_OWN} 行，登记了 ${state.rows.length} 行`,
    h("p", {}, "试着对着一个东西说话，估一估：离它多远、声音多大。只记数字，不写名字。"),
    form,
    problem ? h("div", { class: "note need", role: "alert" }, h("p", {}, `没有登记：${problem}`)) : null,
    own(bench),
  );
}

function field(
  key: string,
  text: string,
  choices: string[],
  typed: Record<string, string>,
  values: string[] = choices,
): HTMLElement {
  if (!choices.length) {
    const input = h("input", {
      type: "text",
      inputmode: "decimal",
      maxlength: 8,
      autocomplete: "off",
      "data-key": `in-${key}`,
      input: (event) => {
        typed[key] = (event.target as HTMLInputElement).value;
      },
    });
    input.value = typed[key] ?? "";
    return h("label", {}, h("span", {}, text), input);
  }
  const first = typed[key] ?? values[0] ?? "";
  typed[key] = first;
  const select = h("select", {
    "data-key": `in-${key}`,
    change: (event) => {
      typed[key] = (event.target as HTMLSelectElement).value;
    },
  });
  select.append(
    ...choices.map((one, i) => h("option", { value: values[i] ?? one, selected: values[i] === first }, one)),
  );
  return h("label", {}, h("span", {}, text), select);
}

function own(bench: Bench): Child {
  const { rows } = bench.state;
  if (!rows.length)
    return h("p", { class: "soft" }, "还没有自己的行。登记的行会和给的表放在一起画、一起学。");
  const { columns, labels } = bench.set;
  return h(
    "ul",
    { class: "own-rows" },
    ...rows.map(({ values, label }, i) =>
      h(
        "li",
        {},
        h(
          "span",
          {},
          `${columns.map(({ key, unit }) => `${values[key]}${unit ? ` ${unit}` : ""}`).join("，")}，${labels.find(({ key }) => key === label)?.text ?? ""}`,
        ),
        button("去掉", () => bench.dropOwn(i), {
          key: `drop-${i}`,
          label: `去掉自己的第 ${i + 1} 行`,
          after: "add",
        }),
      ),
    ),
  );
}
