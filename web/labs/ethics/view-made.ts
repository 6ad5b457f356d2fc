// Who made it: a sentence or a picture, a guess with its reason, then the answer and how often one was right.
import { button, type Child, h, s, section, share } from "../dom";
import { aloud } from "./aloud";
import type { Bench } from "./bench";
import type { Picture } from "./pictures";
import type { Thing } from "./state";
import { MAKER_TEXT, REASONS } from "./words";

const MAKERS = ["human", "machine"] as const;

export function madeSection(bench: Bench): HTMLElement {
  const thing = bench.thing();
  const { guesses } = bench.state;
  const right = guesses.filter(({ said, maker }) => said === maker).length;
  const left = bench.settings.things.length - guesses.length;
  return section(
    "c-made",
    thing?.picture ? "这张画，是谁做的？" : "这句话，是谁写的？",
    guesses.length ? `猜了 ${guesses.length} 个，中了 ${right} 个` : `一共 ${left} 个`,
    thing ? shown(bench, thing) : null,
    thing ? (bench.guessOf(thing.id) ? answer(bench, thing) : asking(bench)) : null,
    reasons(bench),
  );
}

function shown(bench: Bench, thing: Thing): HTMLElement {
  const read = bench.settings.level === "primary" ? aloud(thing.text, "aloud") : null;
  if (thing.picture)
    return h("figure", { class: "thing" }, drawing(thing.picture), h("figcaption", {}, thing.text), read);
  return h("figure", { class: "thing" }, h("blockquote", {}, `“${thing.text}”`), read);
}

export function drawing(picture: Picture): SVGElement {
  return s(
    "svg",
    { viewBox: "0 0 120 120", role: "img", "aria-label": picture.alt },
    ...picture.strokes.map(({ d, hue, fill, wide }) =>
      s("path", { d, class: `${fill ? "flat" : "stroke"} hue-${hue}`, "stroke-width": wide ?? 2 }),
    ),
  );
}

function asking(bench: Bench): HTMLElement {
  const { draft } = bench.state;
  const ready = draft.said !== null && draft.reason !== "";
  return h(
    "div",
    { class: "guessing" },
    h(
      "div",
      { class: "row", role: "group", "aria-label": "谁做的" },
      ...MAKERS.map((maker) =>
        button(MAKER_TEXT[maker], () => bench.say(maker), {
          key: `maker-${maker}`,
          pressed: draft.said === maker,
        }),
      ),
    ),
    h("p", {}, "为什么这样想？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "为什么" },
      ...REASONS.map((reason) =>
        button(reason, () => bench.because(reason), {
          key: `why-${reason}`,
          pressed: draft.reason === reason,
        }),
      ),
    ),
    button("看是谁做的", () => bench.reveal(), {
      key: "reveal",
      class: "go",
      disabled: !ready,
      after: "next",
    }),
    ready ? null : h("p", { class: "soft small" }, "先说是谁做的，再说为什么。"),
  );
}

function answer(bench: Bench, thing: Thing): HTMLElement {
  const guess = bench.guessOf(thing.id);
  const right = guess?.said === thing.maker;
  const left = bench.settings.things.length - bench.state.guesses.length;
  return h(
    "div",
    { class: "answer" },
    h("p", { class: "verdict" }, `${right ? "猜中了" : "没猜中"}：${MAKER_TEXT[thing.maker]}。${thing.how}`),
    h("p", { class: "soft" }, `你的理由：${guess?.reason ?? ""}。`),
    left
      ? button(`下一个，还有 ${left} 个`, () => bench.next(), {
          key: "next",
          class: "go",
          after: "maker-human",
        })
      : h("p", {}, "都猜完了。只凭看，能分得清吗？"),
  );
}

function reasons(bench: Bench): Child {
  const given = bench.reasons();
  if (!given.length) return null;
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "哪个理由靠得住"),
      h("thead", {}, h("tr", {}, ...["理由", "中了几次"].map((text) => h("th", { scope: "col" }, text)))),
      h(
        "tbody",
        {},
        ...given.map(({ reason, n, right }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, reason),
            h("td", {}, `${n} 次，中 ${right} 次`, share(h("span", { class: "bar" }, h("i")), right / n)),
          ),
        ),
      ),
    ),
  );
}
