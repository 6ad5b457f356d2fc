// What a pupil sets: the room, the rewards, and how the robot learns.
import { button, type Child, h, section, uid } from "../dom";
import type { Bench } from "./bench";
import type { Learning } from "./model";
import { DISCOUNTS, EXPLORES, MOST_REWARD, RATES, REWARDS, TOOLS } from "./state";
import { REWARD_TEXT, SIGN_TEXT, short, TOOL_TEXT } from "./words";

export function roomRow(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  const id = uid("room");
  const select = h(
    "select",
    { id, "data-key": "rooms" },
    settings.rooms.some(({ map }) => map === state.map)
      ? null
      : h("option", { value: "", selected: true }, state.map === settings.map ? "这节课的" : "自己改的"),
    ...settings.rooms.map(({ key, title, map }) =>
      h("option", { value: key, selected: map === state.map }, title),
    ),
  );
  select.addEventListener("change", () => {
    const chosen = settings.rooms.find(({ key }) => key === select.value);
    if (chosen) bench.takeRoom(chosen.map);
  });
  return h("div", { class: "row" }, h("label", { for: id }, "换房间"), select);
}

export function toolRow(bench: Bench): HTMLElement | null {
  const { settings, state } = bench;
  if (!settings.edit) return null;
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "点格子时" },
    ...TOOLS.map((tool) =>
      button(TOOL_TEXT[tool], () => bench.pick(tool), { key: `tool-${tool}`, pressed: state.tool === tool }),
    ),
  );
}

export function rewardSection(bench: Bench): HTMLElement {
  const { rewards } = bench.state.learning;
  const there = (key: (typeof REWARDS)[number]) =>
    key === "star"
      ? bench.room.cells.includes("*") || bench.settings.edit
      : key !== "water" || bench.room.cells.includes("~") || bench.settings.edit;
  return section(
    "c-reward",
    "给什么奖励",
    "改了就从头学",
    h(
      "div",
      { class: "reward-list" },
      ...REWARDS.filter(there).map((key) =>
        h(
          "div",
          { class: "row", role: "group", "aria-label": REWARD_TEXT[key] },
          h("span", {}, REWARD_TEXT[key]),
          button("−", () => bench.reward(key, -1), {
            key: `less-${key}`,
            label: `${REWARD_TEXT[key]}少一分`,
            disabled: rewards[key] <= -MOST_REWARD,
          }),
          h("output", {}, short(rewards[key])),
          button("＋", () => bench.reward(key, 1), {
            key: `more-${key}`,
            label: `${REWARD_TEXT[key]}多一分`,
            disabled: rewards[key] >= MOST_REWARD,
          }),
        ),
      ),
    ),
    bench.room.cells.includes("*") ? h("p", { class: "soft tiny" }, "星星拿不完：每次走进去都给分。") : null,
  );
}

function choice<K extends "discount" | "explore" | "rate">(
  bench: Bench,
  name: K,
  label: string,
  values: readonly Learning[K][],
  say: (value: Learning[K]) => string,
): HTMLElement {
  const id = uid("learn");
  const now = bench.state.learning[name];
  const select = h(
    "select",
    { id, "data-key": `set-${name}` },
    ...values.map((value, i) => h("option", { value: i, selected: value === now }, say(value))),
  );
  select.addEventListener("change", () =>
    bench.learning({ [name]: values[Number(select.value)] } as Partial<Learning>),
  );
  return h("div", { class: "learn-choice" }, h("label", { for: id }, label), select);
}

export function learnSection(bench: Bench): HTMLElement {
  if (bench.settings.level === "primary") return curious(bench);
  return section(
    "c-learn",
    "怎样学",
    "改了就从头学",
    h(
      "div",
      { class: "learn-choices" },
      choice(bench, "explore", "试新路", EXPLORES, (one) => (one ? `${one * 100}% 的时候` : "从不")),
      choice(bench, "discount", "看多远（折扣）", DISCOUNTS, String),
      choice(bench, "rate", "学习率", RATES, String),
    ),
    button("换一组骰子", () => bench.reseed(), { key: "reseed" }),
  );
}

function curious(bench: Bench): HTMLElement {
  const { explore } = bench.state.learning;
  const choose = (value: number, text: string) =>
    button(text, () => bench.learning({ explore: value }), {
      key: `curious-${value}`,
      pressed: explore === value,
    });
  return section(
    "c-learn",
    "它爱试新路吗",
    null,
    h(
      "div",
      { class: "row", role: "group", "aria-label": "试新路" },
      choose(0, "从不试"),
      choose(0.2, "有时试"),
      choose(0.5, "常常试"),
    ),
  );
}

export function legend(bench: Bench): Child {
  const signs = [..."~*"].filter((sign) => bench.room.cells.includes(sign));
  const marks = signs.map((sign) => (sign === "*" ? "★ 星星" : `“水”是${SIGN_TEXT[sign]}`));
  return h(
    "p",
    { class: "soft tiny" },
    ["箭头是现在分最高的方向，颜色越深，分离 0 越远", ...marks].join("；"),
    "。",
  );
}
