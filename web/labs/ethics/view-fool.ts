// A program that claims to tell machine from human: guess what it says, then see; it is wrong both ways.
import { button, type Child, h, section } from "../dom";
import type { Bench } from "./bench";
import { MOST_LETTERS } from "./state";
import { LOOK_TEXT, MAKER_TEXT } from "./words";
import { LOOKS, type Maker, SMOOTH } from "./writer";

const MAKERS = ["human", "machine"] as const;

export function foolSection(bench: Bench): HTMLElement {
  const primary = bench.settings.level === "primary";
  return section(
    "c-fool",
    "有个程序说，它分得出谁写的",
    null,
    h(
      "p",
      {},
      `它看相邻的两个字：有 ${Math.round(SMOOTH * 100)}% 以上是它读过的搭配，就说“太顺了，机器做的”。试试让它说错。`,
    ),
    writing(bench, primary ? LOOKS.filter((look) => look < 3) : [...LOOKS]),
    people(bench),
    tried(bench),
  );
}

function asked(bench: Bench, text: string, maker: Maker, key: string): HTMLElement {
  const last = bench.state.trials.find((one) => one.text === text);
  if (last) {
    const share = Math.round(bench.familiarity(text) * 100);
    return h(
      "p",
      { class: "verdict" },
      `${share}% 的搭配它读过。它说：${MAKER_TEXT[last.came]}，${last.came === maker ? "说对了" : "说错了"}。${last.guess === last.came ? "你猜中了。" : "你没猜中。"}`,
    );
  }
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "猜它会说" },
    h("span", {}, "先猜，它会说："),
    ...MAKERS.map((one) =>
      button(MAKER_TEXT[one], () => bench.ask(text, maker, one), {
        key: `${key}-${one}`,
        after: `${key}-next`,
      }),
    ),
  );
}

function writing(bench: Bench, looks: (typeof LOOKS)[number][]): HTMLElement {
  const { trial } = bench.state;
  const text = bench.written();
  return h(
    "div",
    { class: "guessing c-write" },
    h("h3", {}, "让机器写一句"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "机器怎么写" },
      ...looks.map((look) =>
        button(LOOK_TEXT[look], () => bench.setLook(look), {
          key: `look-${look}`,
          pressed: trial.look === look,
        }),
      ),
    ),
    h("blockquote", {}, `“${text}”`),
    asked(bench, text, "machine", "made"),
    button("再写一句", () => bench.another(), { key: "made-next" }),
  );
}

function people(bench: Bench): HTMLElement {
  const { trial } = bench.state;
  const text = trial.own || bench.person();
  const input = h("input", {
    type: "text",
    maxlength: MOST_LETTERS,
    "data-key": "own",
    "aria-label": "自己写一句",
    placeholder: "也可以自己写一句，不写真名",
    autocomplete: "off",
  });
  input.value = trial.own;
  return h(
    "div",
    { class: "guessing c-person" },
    h("h3", {}, "人写的一句"),
    h("blockquote", {}, `“${text}”`),
    asked(bench, text, "human", "person"),
    button("换一句", () => (trial.own ? bench.setOwn("") : bench.anotherPerson()), { key: "person-next" }),
    h(
      "form",
      {
        class: "own-sentence",
        submit: (event) => {
          event.preventDefault();
          bench.setOwn(input.value);
        },
      },
      input,
      h("button", { class: "btn", type: "submit", "data-key": "put" }, "用这句"),
    ),
  );
}

function tried(bench: Bench): Child {
  const { trials } = bench.state;
  if (!trials.length) return null;
  const of = (maker: Maker) => trials.filter((one) => one.maker === maker);
  const wrong = (maker: Maker) => of(maker).filter(({ came }) => came !== maker).length;
  const cell = (maker: Maker) => `${of(maker).length} 句，说错 ${wrong(maker)} 句`;
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "它靠得住吗"),
      h(
        "tbody",
        {},
        h("tr", {}, h("th", { scope: "row" }, "机器写的"), h("td", {}, cell("machine"))),
        h("tr", {}, h("th", { scope: "row" }, "人写的"), h("td", {}, cell("human"))),
      ),
    ),
    h("p", { class: "soft" }, "要是拿它来查作业，说错的那几句是谁的？"),
  );
}
