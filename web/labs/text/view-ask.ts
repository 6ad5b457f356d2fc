// A sentence of the pupil's own: cut, guessed about, answered, and which words did it.
import { button, type Child, h, section, share } from "../dom";
import type { Bench } from "./bench";
import { WAYS, type Way } from "./checks";
import { type Cut, strongest, type Told } from "./model";
import { MOST_LETTERS } from "./state";
import { WAY_SAYS, WAY_TEXT } from "./words";

const MOST_PARTS = 8;

export function askSection(bench: Bench): HTMLElement {
  const { state } = bench;
  if (!state.run)
    return section("c-ask", "写一句，问问它", null, h("p", { class: "soft" }, "先让它学过一次，才能问。"));
  const told = bench.told();
  return section(
    "c-ask",
    "写一句，问问它",
    `最多 ${MOST_LETTERS} 个字`,
    form(bench),
    told && state.draft ? (state.draft.shown ? answer(bench, told) : before(bench, told)) : null,
    history(bench),
  );
}

function form(bench: Bench): HTMLElement {
  const input = h("input", {
    type: "text",
    maxlength: MOST_LETTERS,
    "data-key": "own",
    "aria-label": "写一句话",
    placeholder: "写给校园信箱的一句话",
    autocomplete: "off",
  });
  input.value = bench.state.draft?.text ?? "";
  return h(
    "form",
    {
      class: "own-sentence",
      submit: (event) => {
        event.preventDefault();
        bench.put(input.value);
      },
    },
    input,
    h("button", { class: "btn", type: "submit", "data-key": "put" }, "拆开"),
  );
}

function chips(bench: Bench, cuts: Cut[], choose: boolean): HTMLElement {
  const { draft } = bench.state;
  return h(
    "div",
    { class: "row cuts", role: "group", "aria-label": "这句话拆成" },
    ...cuts.map(({ text, at }, i) =>
      at < 0
        ? h("span", { class: "unknown" }, text, h("small", {}, "没学过"))
        : choose
          ? button(text, () => bench.setWord(text), {
              key: `cut-${i}`,
              pressed: draft?.word === text,
              label: `猜是“${text}”`,
            })
          : h("span", { class: "known" }, text),
    ),
  );
}

function before(bench: Bench, told: Told): HTMLElement {
  const { draft } = bench.state;
  const any = strongest(told).length > 0;
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "你觉得这句是："),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "你觉得这句是" },
      ...bench.settings.labels.map(({ key, text }) =>
        button(text, () => bench.setTruth(key), { key: `truth-${key}`, pressed: draft?.truth === key }),
      ),
    ),
    bench.settings.level === "primary" ? null : wayRow(bench),
    h("p", {}, any ? `猜一猜，哪个${bench.unit()}最起作用？点它。` : "这里没有它认识的，没有哪个能起作用。"),
    chips(bench, told.cuts, any),
    button("看它怎么说", () => bench.reveal(), {
      key: "reveal",
      class: "go",
      disabled: !bench.ready,
      after: "put",
    }),
    bench.ready
      ? null
      : h("p", { class: "soft small" }, any ? "先说是哪类、猜一个词，再看。" : "先说是哪类，再看。"),
  );
}

function wayRow(bench: Bench): HTMLElement {
  const way = bench.state.draft?.way ?? "none";
  const ways: Way[] = ["none", ...WAYS];
  const select = h("select", {
    "data-key": "way",
    change: (event) => bench.setWay((event.target as HTMLSelectElement).value as Way),
  });
  select.append(...ways.map((one) => h("option", { value: one, selected: one === way }, WAY_TEXT[one])));
  return h("label", { class: "slide" }, h("span", {}, "想骗它吗？用的办法"), select);
}

const rounded = (value: number): string => (value >= 10 ? String(Math.round(value)) : value.toFixed(1));

function answer(bench: Bench, told: Told): HTMLElement {
  const { draft } = bench.state;
  const [said, second] = [told.said, told.second].map((at) => bench.settings.labels[at]?.text ?? "");
  const truth = bench.labelText(draft?.truth ?? "");
  const right = draft?.truth === bench.settings.labels[told.said]?.key;
  const deciding = strongest(told);
  const hit = draft?.word !== null && deciding.includes(draft?.word ?? "");
  return h(
    "div",
    { class: "answer" },
    h("p", { class: "verdict" }, `它说：${said}。你说：${truth}。${right ? "认对了。" : "它认错了。"}`),
    bench.settings.level === "primary" ? null : shares(bench, told),
    deciding.length
      ? h(
          "p",
          {},
          draft?.word ? (hit ? "你猜中了：" : "和你猜的不一样：") : "",
          `最起作用的是“${deciding.join("”“")}”。`,
        )
      : h("p", {}, "没有它认识的词，它只能按每类学过多少句来猜。"),
    chips(bench, told.cuts, false),
    partsList(bench, told, said ?? "", second ?? ""),
    !right && draft && draft.way !== "none" ? h("p", { class: "note" }, WAY_SAYS[draft.way]) : null,
  );
}

function shares(bench: Bench, told: Told): HTMLElement {
  return h(
    "ul",
    { class: "shares" },
    ...bench.settings.labels.map(({ text }, i) => {
      const value = told.shares[i] ?? 0;
      return h(
        "li",
        {},
        h("span", {}, text),
        share(h("span", { class: "bar", "aria-hidden": "true" }, h("i")), value),
        h("span", {}, `一百份里 ${Math.round(value * 100)} 份`),
      );
    }),
  );
}

/** Each known piece: which of the two it speaks for, and how many times as common it is there. */
function partsList(bench: Bench, told: Told, said: string, second: string): Child {
  const primary = bench.settings.level === "primary";
  const sorted = [...told.parts].sort((a, b) => Math.abs(b.push) - Math.abs(a.push));
  const shown = primary ? sorted.filter(({ push }) => push > 0).slice(0, 3) : sorted.slice(0, MOST_PARTS);
  if (!shown.length) return null;
  const most = Math.max(...shown.map(({ push }) => Math.abs(push)), 1e-9);
  return h(
    "div",
    { class: "pushes" },
    h("h3", {}, "哪些词起了作用", h("small", {}, primary ? "" : `“${said}”和“${second}”比`)),
    h(
      "ul",
      {},
      ...shown.map(({ text, push, times }) => {
        const factor = Math.exp(Math.abs(push));
        const even = factor < 1.05;
        const side = even ? "两边差不多" : `在${push > 0 ? said : second}里常见 ${rounded(factor)} 倍`;
        return h(
          "li",
          { class: push > 0 ? "for" : "against" },
          h("strong", {}, times > 1 ? `${text} ×${times}` : text),
          share(h("span", { class: "bar", "aria-hidden": "true" }, h("i")), Math.abs(push) / most),
          h("span", {}, even ? side : `${push > 0 ? "▶" : "◁"} ${side}`),
        );
      }),
    ),
  );
}

function history(bench: Bench): Child {
  const { asked } = bench.state;
  if (!asked.length) return null;
  const right = asked.filter(({ truth, said }) => truth === said).length;
  return h(
    "details",
    { class: "twin" },
    h("summary", {}, `问过的 ${asked.length} 句，认对 ${right} 句`),
    h(
      "ul",
      { class: "letters" },
      ...[...asked]
        .reverse()
        .map(({ text, truth, said, way }) =>
          h(
            "li",
            {},
            `“${text}”你说是${bench.labelText(truth)}，它说是${bench.labelText(said)}`,
            way === "none" ? "" : `（${WAY_TEXT[way]}）`,
          ),
        ),
    ),
  );
}
