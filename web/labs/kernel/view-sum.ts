// One place closely: nine points, nine numbers of the kernel, what they give, and the guess before it is shown.
import { button, type Child, h, section, uid } from "../dom";
import { BANDS, type Bench, bandOf, shownValue } from "./bench";
import { divisorOf } from "./model";

const BAND_TEXT = ["暗", "中间", "亮"];

export function sumSection(bench: Bench): HTMLElement {
  const filled = bench.isFilled(bench.place);
  const primary = bench.settings.level === "primary";
  const { column, row } = bench.state.at;
  return section(
    "c-sum",
    "窗口里的九个点",
    `结果的第 ${row + 1} 行第 ${column + 1} 个`,
    primary ? nineGreys(bench) : nineSums(bench, filled),
    filled ? told(bench, primary) : primary ? bandGuess(bench) : numberGuess(bench),
  );
}

/** Each point times its number; the products only once they are worked out. */
function nineSums(bench: Bench, filled: boolean): HTMLElement {
  const { points, products } = bench.sum;
  const { weights } = bench.state.layer.kernel;
  const cell = (i: number) =>
    h(
      "td",
      {},
      h("span", {}, `${shownValue(points[i] as number)} × ${weights[i]}`),
      filled ? h("strong", {}, `= ${shownValue(products[i] as number)}`) : null,
    );
  return h(
    "table",
    { class: "nine" },
    h("caption", { class: "say" }, "每个点乘核里的数"),
    h("tbody", {}, ...[0, 3, 6].map((at) => h("tr", {}, ...[at, at + 1, at + 2].map(cell)))),
  );
}

function nineGreys(bench: Bench): HTMLElement {
  const { points } = bench.sum;
  const cell = (value: number) => {
    const box = h("td", {}, h("span", { class: "say" }, BAND_TEXT[bandOf(value)] ?? ""));
    const grey = Math.min(255, Math.max(0, Math.round(value)));
    box.style.setProperty("background", `rgb(${grey} ${grey} ${grey})`);
    return box;
  };
  return h(
    "table",
    { class: "nine greys" },
    h("caption", { class: "say" }, "窗口里的九个点有多亮"),
    h("tbody", {}, ...[0, 3, 6].map((at) => h("tr", {}, ...points.slice(at, at + 3).map(cell)))),
  );
}

function told(bench: Bench, primary: boolean): HTMLElement {
  const { total, value } = bench.sum;
  const divisor = divisorOf(bench.state.layer.kernel);
  const words = primary
    ? `这一格${BAND_TEXT[bandOf(value)]}。`
    : divisor === 1
      ? `加起来 ${shownValue(total)}。`
      : `加起来 ${shownValue(total)}，除以 ${divisor}，得 ${shownValue(value)}。`;
  return h("p", { class: "verdict" }, bench.reply, words);
}

function bandGuess(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "guessing", role: "group", "aria-label": "我猜" },
    h("p", {}, "先猜：结果里这一格会是？"),
    h(
      "div",
      { class: "row" },
      ...BAND_TEXT.map((text, band) =>
        button(text, () => bench.guess(band, true), { key: `band-${band}`, after: "next" }),
      ),
    ),
  );
}

function numberGuess(bench: Bench): HTMLElement {
  const id = uid("kernel");
  const input = h("input", { id, type: "number", step: "any", inputmode: "decimal", "data-key": "guess" });
  const send = () => {
    if (input.value !== "") bench.guess(Number(input.value));
    else bench.host.say("先写一个数，再看结果。");
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") send();
  });
  return h(
    "div",
    { class: "guessing" },
    h("label", { for: id }, "先猜：这一格算出来是多少？"),
    h(
      "div",
      { class: "row" },
      input,
      button("看猜得对不对", send, { key: "send", after: "next" }),
      button("不猜，直接算", () => bench.reveal(), { key: "reveal", after: "next" }),
    ),
  );
}

/** Numbers around the window, as if looked at through a lens. */
export function closeUp(bench: Bench): Child {
  const rows = bench
    .closeUp()
    .map((row) =>
      h(
        "tr",
        {},
        ...row.map(({ value, inside }) =>
          h("td", { class: inside ? "inside" : "" }, value === null ? "外" : shownValue(value)),
        ),
      ),
    );
  return h(
    "table",
    { class: "lens" },
    h("caption", {}, "放大看：窗口和周围一圈的数（0 黑，255 白）"),
    h("tbody", {}, ...rows),
  );
}

export const bandsText = `暗是 ${BANDS[0]} 以下，亮是 ${BANDS[1]} 以上。`;
