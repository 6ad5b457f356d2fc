// Draws what the program acts on: the floor, the stage, the belt; each with the same in words.
import { button, type Child, h, redraw, refresh, s } from "../dom";
import { predict } from "../models";
import { spectrogram } from "../sound/view-picture";
import type { Bench } from "./bench";
import type { Scene } from "./pieces";
import {
  type Around,
  type Belt,
  HEADINGS,
  REACHES,
  Robot,
  type Shown,
  Stage,
  type Thing,
  type World,
} from "./world";

const CELL = 40;

/** A scene as drawn once, and what puts it as it stands now. */
interface Drawn {
  element: HTMLElement;
  move: () => void;
}

/** The scene is built when a program begins anew; a step of it writes only what that step changed. */
export class WorldPart {
  readonly element = h("div");
  private world: World | null = null;
  private move: () => void = () => undefined;

  constructor(private readonly bench: Bench) {}

  draw(): void {
    const { world } = this.bench;
    if (world !== this.world) {
      const open = this.element.querySelector("details")?.open ?? false;
      const made = worldPart(this.bench);
      redraw(this.element, made.element);
      const details = this.element.querySelector("details");
      if (details) details.open = open;
      this.world = world;
      this.move = made.move;
    }
    this.move();
  }
}

function worldPart(bench: Bench): Drawn {
  const { world } = bench;
  if (world instanceof Robot) return robotPart(world);
  return world instanceof Stage ? stagePart(bench, world) : beltPart(bench, world as Belt);
}

function told(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function speak(bubble: HTMLElement, said: string): void {
  bubble.hidden = said === "";
  told(bubble, said && `“${said}”`);
}

// --- robot

function robotPart(robot: Robot): Drawn {
  const width = Math.max(...robot.rows.map((row) => row.length));
  const trail = s("path", { class: "trail" });
  const figure = s(
    "g",
    { class: "robot" },
    s("circle", { r: 15 }),
    s("path", { class: "nose", d: "M4 -8 16 0 4 8Z" }),
    s("circle", { class: "wheel", cx: -4, cy: -12, r: 3 }),
    s("circle", { class: "wheel", cx: -4, cy: 12, r: 3 }),
  );
  const box = `0 0 ${width * CELL} ${robot.rows.length * CELL}`;
  const svg = s("svg", { class: "bl-floor", viewBox: box, role: "img" }, ...cells(robot.rows), trail, figure);
  const bubble = h("p", { class: "bl-said" });
  const words = h("p", { class: "soft" });
  const element = h(
    "div",
    { class: "bl-world" },
    svg,
    bubble,
    words,
    h(
      "details",
      { class: "twin" },
      h("summary", {}, "用字看地面"),
      h("pre", { class: "scroll", tabindex: 0, "aria-label": "用字画的地面" }, robot.rows.join("\n")),
      h("p", { class: "soft" }, "# 墙，. 地面，o 黑线，G 终点，> v < ^ 机器人开始的地方和朝向。"),
    ),
  );
  const move = () => {
    const [x, y] = [robot.x * CELL + 20, robot.y * CELL + 20];
    const where = `机器人在第 ${robot.y + 1} 行第 ${robot.x + 1} 列，朝${HEADINGS[robot.heading]}，走了 ${robot.path.length - 1} 格。`;
    const path = robot.path.map(([px, py], i) => `${i ? "L" : "M"}${px * CELL + 20} ${py * CELL + 20}`);
    refresh(trail, { d: path.join("") });
    refresh(figure, { transform: `translate(${x} ${y}) rotate(${robot.heading * 90})` });
    refresh(svg, { "aria-label": `从上面看的地面。${where}` });
    speak(bubble, robot.said);
    told(words, where);
  };
  return { element, move };
}

function cells(rows: readonly string[]): Child[] {
  return rows.flatMap((row, y) =>
    [...row].map((cell, x) => {
      const kind = cell === "#" ? "wall" : cell === "o" ? "line" : cell === "G" ? "goal" : "ground";
      const box = { x: x * CELL, y: y * CELL, width: CELL, height: CELL };
      const flag =
        kind === "goal" ? s("text", { x: x * CELL + 20, y: y * CELL + 28, class: "mid" }, "⚑") : null;
      return s("g", {}, s("rect", { class: kind, ...box }), flag);
    }),
  );
}

// --- stage

/** Mouth and eyes of each costume. */
const FACES: Record<string, { mouth: string; eyes: string }> = {
  平常: { mouth: "M-9 12H9", eyes: "M-11 -4v6M11 -4v6" },
  开心: { mouth: "M-12 8Q0 22 12 8", eyes: "M-15 0Q-11 -8 -7 0M7 0Q11 -8 15 0" },
  睡觉: { mouth: "M-5 13Q0 9 5 13", eyes: "M-15 -1H-7M7 -1H15" },
  害怕: { mouth: "M-7 15Q0 4 7 15", eyes: "M-11 -6v8M11 -6v8M-17 -12l8 3M17 -12l-8 3" },
};

function stagePart(bench: Bench, stage: Stage): Drawn {
  const face = s("path", { class: "face" });
  const figure = s(
    "g",
    { class: "figure" },
    s("path", { class: "ears", d: "M-22 -22 -26 -44 -8 -31ZM22 -22 26 -44 8 -31Z" }),
    s("circle", { class: "head", r: 34 }),
    face,
  );
  const svg = s(
    "svg",
    { viewBox: "-150 -75 300 150", role: "img" },
    s("rect", { class: "back", x: -150, y: -75, width: 300, height: 150 }),
    s("circle", { class: "lamp", cx: 118, cy: -48, r: 12 }),
    s("path", { class: "board", d: "M-150 52H150" }),
    figure,
  );
  const bubble = h("p", { class: "bl-said" });
  const words = h("p", { class: "soft" });
  const move = () => {
    const { mouth, eyes } = (FACES[stage.costume] ?? FACES["平常"]) as { mouth: string; eyes: string };
    const dark = bench.state.around.light < 30;
    const where = `样子：${stage.costume}。位置：${Math.round(stage.x)}。`;
    refresh(face, { d: `${eyes}${mouth}` });
    refresh(figure, { transform: `translate(${stage.x} 14)` });
    refresh(svg, {
      class: `bl-stage${dark ? " dark" : ""}`,
      "aria-label": `舞台，${dark ? "灯暗" : "灯亮"}。${where}`,
    });
    speak(bubble, stage.said);
    told(words, where);
  };
  return { element: h("div", { class: "bl-world" }, svg, bubble, words), move };
}

// --- belt

function beltPart(bench: Bench, belt: Belt): Drawn {
  const element = h("div", { class: "bl-world" });
  return { element, move: () => redraw(element, ...beltNow(bench, belt)) };
}

function beltNow(bench: Bench, belt: Belt): Child[] {
  const { thing } = belt;
  return [
    bench.carrier.busy ? h("p", { class: "soft", role: "status" }, bench.carrier.busy) : null,
    h(
      "div",
      { class: "bl-belt" },
      h(
        "div",
        { class: "hand" },
        h(
          "p",
          { class: "b" },
          thing ? `手里：${thing.title}` : `传送带上有 ${belt.things.length} 个，还没拿`,
        ),
        thing ? thingPart(bench, thing) : null,
      ),
      h("ul", { class: "boxes" }, ...boxes(bench, belt)),
    ),
    belt.said ? h("p", { class: "bl-said" }, `“${belt.said}”`) : null,
    h(
      "p",
      { class: "soft" },
      `拿过 ${belt.at + 1} 个，共 ${belt.things.length} 个。放了 ${belt.sorted.length} 个，对 ${belt.right} 个。`,
    ),
  ];
}

function thingPart(bench: Bench, { title, asked, shown }: Thing): HTMLElement {
  const said = bench.model ? predict(bench.model, asked) : null;
  return h(
    "div",
    {},
    shownPart(bench, title, shown),
    said ? h("p", { class: "soft" }, `模型的答案：${said.text}`) : null,
  );
}

function shownPart(bench: Bench, title: string, shown: Shown): HTMLElement {
  switch (shown.of) {
    case "picture":
      return h("img", { class: "pic", src: shown.url, alt: title, width: 112, height: 112 });
    case "text":
      return h("blockquote", { class: "bl-text" }, shown.said);
    case "sound":
      return h(
        "div",
        {},
        spectrogram(shown.seen, title),
        button("听一听", () => bench.play(shown.sound), { key: "play", icon: "right" }),
      );
    case "row":
      return h(
        "dl",
        { class: "bl-row" },
        ...shown.cells.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      );
  }
}

function boxes(bench: Bench, belt: Belt): HTMLElement[] {
  const names = [...new Set([...bench.labels, ...belt.sorted.map(({ box }) => box)])].slice(0, 8);
  return names.map((name) => {
    const inside = belt.sorted.filter(({ box }) => box === name);
    const wrong = inside.filter(({ thing }) => thing.truth !== name).length;
    return h(
      "li",
      {},
      h("strong", {}, name),
      h("span", {}, `${inside.length} 个${wrong ? `，错 ${wrong} 个` : ""}`),
    );
  });
}

// --- what surrounds it

/** Sliders that mean something in this scene: built once, then kept in step, so that a finger on one is never cut off. */
export class AroundPart {
  readonly element = h("div", { class: "bl-around" });
  private built = "";
  private readonly parts = new Map<keyof Around, { label: HTMLElement; slider: HTMLInputElement }>();

  constructor(private readonly bench: Bench) {}

  draw(): void {
    const { scene, around } = this.bench.state;
    const kind = `${scene} ${this.bench.carrier.supply.of}`;
    if (this.built !== kind) this.build(scene);
    this.built = kind;
    for (const [key, { label, slider }] of this.parts) {
      label.textContent = `${nameOf(scene, key)}：${around[key]}`;
      if (Number(slider.value) !== around[key]) slider.value = String(around[key]);
    }
  }

  private build(scene: Scene): void {
    this.parts.clear();
    const rows = scene === "belt" && this.bench.carrier.supply.of !== "pictures";
    const keys: (keyof Around)[] =
      scene === "stage" ? ["light", "noise", "tilt", "dial"] : rows ? ["noise"] : ["light", "noise"];
    this.element.replaceChildren(...keys.map((key) => this.row(key)));
  }

  private row(key: keyof Around): HTMLElement {
    const { least, most } = REACHES[key];
    const id = `bl-${key}`;
    const label = h("label", { for: id });
    const step = key === "dial" ? 1 : 5;
    const slider = h("input", { id, type: "range", min: least, max: most, step });
    slider.addEventListener("input", () => this.bench.setAround(key, Number(slider.value)));
    this.parts.set(key, { label, slider });
    return h("div", {}, label, slider);
  }
}

/** Disturbance is a sound only where there is an ear. */
function nameOf(scene: Scene, key: keyof Around): string {
  if (key !== "noise") return REACHES[key].text;
  return scene === "stage" ? "声音大小" : "干扰";
}
