// What a pupil sets: inputs, layers, and everything else a training needs.
import { button, type Child, h, section, uid } from "../dom";
import type { Bench } from "./bench";
import { ACTIVATIONS, FEATURES } from "./model";
import { BATCHES, DECAYS, MOST_LAYERS, MOST_NEURONS, NOISES, type Plan, RATES, SHARES } from "./state";
import { ACTIVATION_TEXT, FEATURE_TEXT } from "./words";

function choice<K extends keyof Plan>(
  bench: Bench,
  name: K,
  label: string,
  values: readonly Plan[K][],
  say: (value: Plan[K]) => string = String,
): HTMLElement {
  const id = uid("net");
  const now = bench.state.plan[name];
  const select = h(
    "select",
    { id, "data-key": `set-${name}` },
    ...values.map((value, i) => h("option", { value: i, selected: value === now }, say(value))),
  );
  select.addEventListener("change", () =>
    bench.set({ [name]: values[Number(select.value)] } as Partial<Plan>),
  );
  return h("div", { class: "net-choice" }, h("label", { for: id }, label), select);
}

/** Which shape, as buttons: they are few, and the youngest don't read a menu. */
export function shapes(bench: Bench): HTMLElement | null {
  const { settings, state } = bench;
  if (settings.shapes.length < 2) return null;
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "形状" },
    ...settings.shapes.map((shape) =>
      button(shape, () => bench.set({ shape }), {
        key: `shape-${shape}`,
        pressed: state.plan.shape === shape,
      }),
    ),
  );
}

export function buildSection(bench: Bench, drawing: HTMLElement): HTMLElement {
  const { state, settings } = bench;
  const { layers, features } = state.plan;
  const primary = settings.level === "primary";
  return section(
    "c-build",
    primary ? "加几个神经元" : "搭网络",
    primary ? null : "实线是正的权重，虚线是负的，越粗越大",
    primary
      ? null
      : h(
          "div",
          { class: "row", role: "group", "aria-label": "输入" },
          ...FEATURES.map((feature) =>
            button(FEATURE_TEXT[feature], () => bench.toggleFeature(feature), {
              key: `feature-${feature}`,
              pressed: features.includes(feature),
              class: "small",
            }),
          ),
        ),
    drawing,
    h("div", { class: "net-layers" }, ...layers.map((count, layer) => layerRow(bench, layer, count))),
    h(
      "div",
      { class: "row" },
      button("加一层", () => bench.addLayer(), {
        key: "add-layer",
        icon: "plus",
        disabled: layers.length >= (primary ? 1 : MOST_LAYERS),
      }),
      button("去掉一层", () => bench.dropLayer(), { key: "drop-layer", disabled: !layers.length }),
    ),
  );
}

function layerRow(bench: Bench, layer: number, count: number): HTMLElement {
  const name = bench.settings.level === "primary" ? "神经元" : `第 ${layer + 1} 层`;
  return h(
    "div",
    { class: "row", role: "group", "aria-label": name },
    h("span", {}, name),
    button("−", () => bench.grow(layer, -1), {
      key: `less-${layer}`,
      label: `${name}少一个`,
      disabled: count <= 1,
    }),
    h("output", {}, `${count} 个`),
    button("＋", () => bench.grow(layer, 1), {
      key: `more-${layer}`,
      label: `${name}多一个`,
      disabled: count >= MOST_NEURONS,
    }),
  );
}

export function trainingSection(bench: Bench): Child {
  if (bench.settings.level === "primary") return null;
  return section(
    "c-set",
    "怎样训练",
    "改了就从头学",
    h(
      "div",
      { class: "net-choices" },
      choice(bench, "activation", "激活函数", ACTIVATIONS, (one) => ACTIVATION_TEXT[one]),
      choice(bench, "rate", "学习率", RATES),
      choice(bench, "batch", "一批几个", BATCHES),
      choice(bench, "noise", "噪声", NOISES, (one) => `${one}%`),
      choice(bench, "share", "拿多少点来学", SHARES, (one) => `${one}%`),
      choice(bench, "decay", "权重衰减", DECAYS, (one) => (one ? String(one) : "不用")),
    ),
  );
}
