// The kernel's nine numbers, named kernels, and how the kernel goes over the picture.
import { button, type Child, h, section, uid } from "../dom";
import type { Bench } from "./bench";
import { divisorOf, PADDINGS, type Padding, POOLS, type Pool } from "./model";
import { PRESETS, presetOf } from "./presets";
import { MOST_DIVISOR, MOST_WEIGHT, NOISES, SHOWS, type Show, STRIDES } from "./state";

const PADDING_TEXT: Record<Padding, string> = { none: "不补", zero: "补 0", edge: "补最近的点" };
const POOL_TEXT: Record<Pool, string> = { none: "不池化", max: "四个取最大", mean: "四个取平均" };
const SHOW_TEXT: Record<Show, string> = {
  clip: "0 以下全黑",
  size: "看大小，不管正负",
  middle: "0 画成中间灰",
};

function choice<T>(
  label: string,
  key: string,
  values: readonly T[],
  now: T,
  say: (value: T) => string,
  set: (value: T) => void,
): HTMLElement {
  const id = uid("kernel");
  const select = h(
    "select",
    { id, "data-key": key },
    ...values.map((value, i) => h("option", { value: i, selected: value === now }, say(value))),
  );
  select.addEventListener("change", () => set(values[Number(select.value)] as T));
  return h("div", { class: "kernel-choice" }, h("label", { for: id }, label), select);
}

export function pictureRow(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  if (settings.level === "primary")
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "图" },
      ...settings.pictures.map(({ key, title }) =>
        button(title, () => bench.setPicture(key), { key: `picture-${key}`, pressed: state.picture === key }),
      ),
    );
  const keys = settings.pictures.map(({ key }) => key);
  const title = (key: string) => settings.pictures.find((one) => one.key === key)?.title ?? "";
  return h(
    "div",
    { class: "kernel-choices" },
    choice("图", "picture", keys, state.picture, title, (key) => bench.setPicture(key)),
    choice(
      "噪声",
      "noise",
      NOISES,
      state.noise,
      (one) => (one ? `上下 ${one}` : "没有"),
      (one) => bench.setNoise(one),
    ),
  );
}

export function kernelSection(bench: Bench): HTMLElement {
  const primary = bench.settings.level === "primary";
  const { kernel } = bench.state.layer;
  const now = presetOf(kernel);
  const named = PRESETS.filter(({ plain }) => !primary || plain);
  return section(
    "c-kernel",
    primary ? "选一个核" : "核：九个数",
    primary ? null : bench.kernelName(),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "现成的核" },
      ...named.map((preset) =>
        button(primary ? preset.plain : preset.text, () => bench.setKernel(preset), {
          key: `preset-${preset.key}`,
          pressed: now?.key === preset.key,
        }),
      ),
    ),
    primary ? null : nine(bench),
    primary ? null : divisor(bench),
  );
}

function nine(bench: Bench): HTMLElement {
  const { weights } = bench.state.layer.kernel;
  const cell = (i: number) => {
    const input = h("input", {
      type: "number",
      min: -MOST_WEIGHT,
      max: MOST_WEIGHT,
      step: "any",
      inputmode: "decimal",
      "data-key": `weight-${i}`,
      "aria-label": `核的第 ${Math.floor(i / 3) + 1} 行第 ${(i % 3) + 1} 个数`,
      class: (weights[i] as number) < 0 ? "minus" : (weights[i] as number) > 0 ? "plus" : "",
    });
    input.value = String(weights[i]);
    input.addEventListener("change", () => bench.setWeight(i, Number(input.value) || 0));
    return h("td", {}, input);
  };
  return h(
    "table",
    { class: "nine own" },
    h("caption", {}, "直接改数，就是自己的核"),
    h("tbody", {}, ...[0, 3, 6].map((at) => h("tr", {}, ...[at, at + 1, at + 2].map(cell)))),
  );
}

function divisor(bench: Bench): HTMLElement {
  const { kernel } = bench.state.layer;
  const id = uid("kernel");
  const input = h("input", {
    id,
    type: "number",
    min: 0,
    max: MOST_DIVISOR,
    step: "any",
    "data-key": "divisor",
  });
  input.value = String(kernel.divisor);
  input.addEventListener("change", () => bench.setDivisor(Number(input.value) || 0));
  const auto = kernel.divisor ? "" : `现在按九个数的和，除以 ${divisorOf(kernel)}`;
  return h(
    "div",
    { class: "row" },
    h("label", { for: id }, "加起来以后除以（0 是自动）"),
    input,
    auto ? h("span", { class: "soft tiny" }, auto) : null,
  );
}

export function walkSection(bench: Bench): Child {
  if (bench.settings.level === "primary") return null;
  const { layer, show } = bench.state;
  return section(
    "c-walk",
    "核怎样走",
    "改了就从头走",
    h(
      "div",
      { class: "kernel-choices" },
      choice(
        "四周",
        "padding",
        PADDINGS,
        layer.padding,
        (one) => PADDING_TEXT[one],
        (padding) => bench.setLayer({ padding }),
      ),
      choice(
        "一步",
        "stride",
        STRIDES,
        layer.stride,
        (one) => `${one} 格`,
        (stride) => bench.setLayer({ stride }),
      ),
      choice(
        "走完再",
        "pool",
        POOLS,
        layer.pool,
        (one) => POOL_TEXT[one],
        (pool) => bench.setLayer({ pool }),
      ),
      choice(
        "结果怎样画",
        "show",
        SHOWS,
        show,
        (one) => SHOW_TEXT[one],
        (one) => bench.setShow(one),
      ),
    ),
  );
}
