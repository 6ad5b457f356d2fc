// Draws the blocks lab: the program on one side, what it does on the other.
import { codeView } from "../code";
import { button, type Child, h, redraw, section, uid } from "../dom";
import { GoalsView } from "../goals";
import { type Bench, GUESSES } from "./bench";
import { check } from "./checks";
import type { Editor } from "./editor";
import { FLOORS } from "./floors";
import type { Scene } from "./pieces";
import { lines } from "./program";
import { isUsual } from "./state";
import { ListEditor } from "./view-list";
import { AroundPart, WorldPart } from "./view-world";

const SCENE_TEXT: Record<Scene, string> = { robot: "机器人", stage: "舞台", belt: "分东西" };
const SPEED_TEXT = ["慢", "平常", "快"];
const NARROW = 640;

export class View {
  private readonly goals: GoalsView;
  private readonly tabs = h("div");
  private readonly how = h("div");
  private readonly canvas = h("div", { class: "bl-canvas" });
  private readonly list = h("div", { class: "bl-edit", "data-rest": true, tabindex: -1 });
  private readonly twin = h("div");
  private readonly world: WorldPart;
  private readonly acts = h("div");
  private readonly chooser = h("div");
  private readonly usual = h("div");
  private readonly around: AroundPart;
  private readonly title = h("h2", { id: uid("bl-world") });
  private readonly surroundings = h("small");
  private readonly code = h("div");
  private readonly editList: ListEditor;
  private editor: Editor | null = null;
  private opening = false;
  private gone = false;
  /** What the blocks show: another scene, or a program changed elsewhere, is loaded anew. */
  private shown = "";
  private readonly sized: ResizeObserver | null;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.around = new AroundPart(bench);
    this.world = new WorldPart(bench);
    this.editList = new ListEditor(
      bench,
      (said) => {
        bench.setProgram(bench.program);
        host.say(said);
      },
      this.drawList,
    );
    root.classList.add("lab", "lab-blocks");
    root.classList.toggle("primary", settings.level === "primary");
    const program = section(
      "c-program",
      "程序",
      null,
      this.how,
      this.canvas,
      this.list,
      this.twin,
      this.code,
    );
    root.append(
      this.goals.element,
      this.tabs,
      h("div", { class: "bl-bench bench" }, program, this.sideParts()),
      h("p", { class: "tiny faint lab-origin" }, this.origin()),
    );
    this.sized =
      typeof ResizeObserver === "undefined" ? null : new ResizeObserver(() => this.editor?.resize());
    this.sized?.observe(this.canvas);
    this.draw();
  }

  close(): void {
    this.gone = true;
    this.sized?.disconnect();
    this.editor?.close();
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-blocks", "primary");
  }

  readonly draw = (): void => {
    if (this.gone) return;
    const { bench } = this;
    redraw(this.tabs, this.sceneTabs());
    redraw(this.how, this.howRow());
    this.canvas.hidden = bench.state.editor !== "blocks";
    this.list.hidden = bench.state.editor !== "list";
    if (bench.state.editor === "blocks") void this.drawBlocks();
    else this.drawList();
    this.drawSide();
    const lines = JSON.stringify(bench.program);
    if (this.isNew("twin", lines)) this.keepOpen(this.twin, twin(bench));
    if (bench.settings.level === "senior") {
      const code = bench.code();
      if (this.isNew("code", code)) this.keepOpen(this.code, codeView(code));
    }
    this.markNow();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** At a step of a program: where it stands, and what that did. Nothing is built anew. */
  readonly move = (): void => {
    if (this.gone) return;
    this.world.draw();
    if (this.bench.state.editor === "blocks") this.editor?.highlight(this.bench.now);
    this.markNow();
  };

  private keepOpen(box: HTMLElement, made: HTMLElement): void {
    const open = box.querySelector("details")?.open ?? false;
    redraw(box, made);
    const details = box.querySelector("details");
    if (details) details.open = open;
  }

  private readonly drawList = (): void => {
    if (this.isNew("list", JSON.stringify([this.bench.program, this.bench.labels, this.editList.look])))
      redraw(this.list, ...this.editList.parts());
  };

  /** What was drawn of each part: while a program runs, buttons stay where a finger is about to press them. */
  private readonly drawnOf = new Map<string, string>();
  private isNew(part: string, look: string): boolean {
    if (this.drawnOf.get(part) === look) return false;
    this.drawnOf.set(part, look);
    return true;
  }

  /** The step about to happen, in the list and in the words. */
  private markNow(): void {
    const { now } = this.bench;
    for (const one of this.root.querySelectorAll<HTMLElement>("[data-step]")) {
      const here = one.dataset["step"] === now && now !== "";
      one.classList.toggle("now", here);
      if (here) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    }
  }

  // --- blocks

  private async drawBlocks(): Promise<void> {
    const { bench } = this;
    if (!this.editor) {
      await this.openBlocks();
      return;
    }
    const key = this.blocksKey();
    if (this.shown !== key) {
      this.shown = key;
      const { scene, programs, loose } = bench.state;
      this.editor.show(scene, programs[scene], loose[scene]);
    }
    this.editor.resize();
    this.editor.highlight(bench.now);
  }

  private blocksKey(steps = this.bench.program): string {
    return `${this.bench.state.scene} ${this.bench.labels.join()} ${JSON.stringify(steps)}`;
  }

  private async openBlocks(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    redraw(this.canvas, h("p", { class: "soft", role: "status" }, "正在打开积木…"));
    try {
      const { openEditor } = await import("./editor");
      if (this.gone) return;
      this.canvas.replaceChildren();
      const { bench } = this;
      this.editor = openEditor(this.canvas, {
        level: bench.settings.level,
        labels: () => bench.labels,
        narrow: this.root.clientWidth < NARROW,
        changed: (steps, loose) => {
          this.shown = this.blocksKey(steps);
          bench.setProgram(steps, loose);
        },
      });
      await this.drawBlocks();
    } catch (error) {
      console.error(error);
      redraw(
        this.canvas,
        h("p", { class: "note need" }, "积木没有打开。程序还在：可以先用列表来编，或检查网络后刷新这一页。"),
      );
    } finally {
      this.opening = false;
    }
  }

  // --- rows above

  private sceneTabs(): HTMLElement | null {
    const { bench } = this;
    if (bench.settings.scenes.length < 2) return null;
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "编哪一个" },
      ...bench.settings.scenes.map((scene) =>
        button(SCENE_TEXT[scene], () => bench.show(scene), {
          key: `scene-${scene}`,
          pressed: bench.state.scene === scene,
        }),
      ),
    );
  }

  private howRow(): HTMLElement {
    const { state } = this.bench;
    const to = (editor: "blocks" | "list") => () => {
      state.editor = editor;
      this.shown = "";
      this.bench.changed();
    };
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "怎么编" },
      button("拼积木", to("blocks"), { key: "how-blocks", pressed: state.editor === "blocks" }),
      button("用列表，不用拖", to("list"), { key: "how-list", pressed: state.editor === "list" }),
    );
  }

  // --- what it does

  private sideParts(): HTMLElement {
    return h(
      "div",
      { class: "bl-side" },
      h(
        "section",
        { class: "c-world", "aria-labelledby": this.title.id },
        this.title,
        this.chooser,
        this.world.element,
        this.acts,
      ),
      section("c-around", "周围", this.surroundings, this.around.element, this.usual),
    );
  }

  private drawSide(): void {
    const { bench } = this;
    const { state, running, known, program } = bench;
    const { busy, models } = bench.carrier;
    this.title.textContent = SCENE_TEXT[state.scene];
    const usual = isUsual(state.around);
    this.surroundings.textContent = usual ? "平常的样子" : "和平常不一样";
    this.world.draw();
    this.around.draw();
    if (this.isNew("usual", String(usual))) redraw(this.usual, this.back());
    const chosen = JSON.stringify([
      state.scene,
      state.floor,
      state.model,
      models,
      bench.carrier.away,
      bench.carrier.trouble,
    ]);
    if (this.isNew("chooser", chosen)) redraw(this.chooser, this.choosing());
    const look = [
      running,
      busy,
      known,
      program.length === 0,
      bench.endText(),
      bench.reply,
      state.speed,
      state.scene,
    ];
    if (this.isNew("acts", JSON.stringify(look))) redraw(this.acts, this.actsPart());
  }

  private choosing(): HTMLElement | null {
    const { bench } = this;
    const { state } = bench;
    if (state.scene === "robot")
      return choose(
        "地面",
        FLOORS.map(({ key, title }) => [key, title] as const),
        state.floor,
        (key) => bench.setFloor(key),
      );
    if (state.scene !== "belt") return null;
    const models = bench.carrier.models.map(({ id, name }) => [id, name] as const);
    const at = bench.carrier.models.some(({ id }) => id === state.model) ? state.model : "";
    return h(
      "div",
      {},
      choose("模型", [["", "现成的小模型"], ...models], at, (id) => void bench.pickModel(id)),
      bench.carrier.trouble ? h("p", { class: "note need" }, bench.carrier.trouble) : null,
      this.about(),
    );
  }

  private about(): HTMLElement | null {
    const { away, models, supply, trouble } = this.bench.carrier;
    if (trouble) return null;
    if (away)
      return h(
        "p",
        { class: "soft" },
        `传送带上换成了这个模型认的东西：${supply.set.title}（${supply.set.origin}），都是它没学过的。`,
      );
    if (models.length) return null;
    return h(
      "p",
      { class: "soft" },
      "在图片、声音、文字分类，决策树，找邻居或神经网络实验里留下自己的模型，这里就能选。现成的这个认得不太准。",
    );
  }

  private actsPart(): HTMLElement {
    const { bench } = this;
    const { running } = bench;
    const { busy } = bench.carrier;
    const empty = bench.program.length === 0;
    const blocked = busy !== "" || empty;
    const result = bench.endText();
    const parts: Child[] = [];
    if (running) parts.push(button("停止运行", () => bench.stop(), { key: "run", class: "go" }));
    else if (bench.known || empty)
      parts.push(button("运行", () => bench.start(), { key: "run", class: "go", disabled: blocked }));
    else parts.push(this.guesses(blocked));
    parts.push(
      h(
        "div",
        { class: "row" },
        button("走一步", () => bench.step(), { key: "step", disabled: blocked || running }),
        button("回到开始", () => bench.reset(), { key: "reset" }),
      ),
      h(
        "div",
        { class: "row", role: "group", "aria-label": "快慢" },
        ...SPEED_TEXT.map((text, speed) =>
          button(text, () => bench.setSpeed(speed), {
            key: `speed-${speed}`,
            pressed: bench.state.speed === speed,
          }),
        ),
      ),
      h("p", { class: "b bl-result" }, empty ? "程序还是空的，先加一块。" : `${result}${bench.reply}`),
    );
    return h("div", { class: "bl-acts" }, ...parts);
  }

  private guesses(blocked: boolean): HTMLElement {
    const { bench } = this;
    const id = uid("bl-guess");
    return h(
      "div",
      { class: "bl-guess", role: "group", "aria-labelledby": id },
      h("p", { id, class: "b" }, "先猜：它跑起来会怎样？"),
      h(
        "div",
        { class: "row" },
        ...GUESSES[bench.state.scene].map((guess) =>
          button(guess, () => bench.guessAndRun(guess), {
            key: `guess-${guess}`,
            disabled: blocked,
            after: "run",
          }),
        ),
        button("不猜，直接跑", () => bench.start(), { key: "no-guess", disabled: blocked, after: "run" }),
      ),
    );
  }

  private back(): HTMLElement | null {
    const { bench } = this;
    if (isUsual(bench.state.around)) return null;
    return button("回到平常的样子", () => bench.usual(), { key: "usual", icon: "undo", after: "run" });
  }

  private origin(): string {
    const { set } = this.bench.carrier.supply;
    return `传送带上的东西：${set.title}，${set.origin}。积木：Blockly（Apache-2.0）。程序和计算都在这台设备上。`;
  }
}

function choose(
  text: string,
  choices: readonly (readonly [string, string])[],
  value: string,
  put: (key: string) => void,
): HTMLElement {
  const id = uid("bl-choose");
  const select = h(
    "select",
    { id, "data-key": `choose-${text}` },
    ...choices.map(([key, title]) => h("option", { value: key, selected: key === value }, title)),
  );
  select.addEventListener("change", () => put(select.value));
  return h("div", { class: "row" }, h("label", { for: id }, text), select);
}

/** The program as numbered lines. */
function twin(bench: Bench): HTMLElement {
  const all = lines(bench.program);
  return h(
    "details",
    { class: "twin" },
    h("summary", {}, `用文字看程序：${all.length} 行`),
    h(
      "ol",
      { class: "bl-lines" },
      ...all.map(({ depth, text, id }) =>
        h(
          "li",
          { class: `bl-in-${Math.min(depth, 6)}`, "data-step": id },
          depth ? h("span", { class: "say" }, `第 ${depth + 1} 层：`) : null,
          text,
        ),
      ),
    ),
  );
}
