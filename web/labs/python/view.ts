// Draws the bench: the editor once, everything else again after every change.
import { button, h, icon, redraw, section, share, uid } from "../dom";
import { GoalsView } from "../goals";
import type { Bench } from "./bench";
import { cellAt, cellsOf, hasCells, withCell } from "./cells";
import { check } from "./checks";
import { type Editor, makeEditor } from "./editor";
import { keptModels, modelsOf } from "./kept";
import { Unsealed } from "./runtime";
import { asksInput, type Last, MOST_ANSWERS, type Part } from "./state";
import { figure } from "./view-drawing";

const KEYS = "Tab 缩进；先按 Esc 再按 Tab，离开这个框；Ctrl 加回车，运行。";

export class View {
  private readonly goals: GoalsView;
  private readonly editor: Editor;
  private readonly acts = h("div", { class: "lab-do" });
  private readonly status = h("div", { class: "code-status" });
  private readonly asking = h("div", { class: "code-answers" });
  private readonly result = h("div", { class: "code-result", "data-rest": true, tabindex: -1 });
  private readonly answers = h("textarea", { rows: 3, maxlength: MOST_ANSWERS, "data-key": "answers" });
  private shownLast: Last | null | undefined;
  private shownRunning = false;
  private painting = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, task } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => bench.saveNow());
    this.editor = makeEditor({
      text: state.code,
      label: `程序：${task.title}`,
      described: KEYS,
      changed: (text) => this.typed(text),
      run: () => void this.run(),
    });
    const id = uid("answers");
    this.answers.id = id;
    this.answers.value = state.answers;
    this.answers.addEventListener("input", () => bench.answer(this.answers.value));
    this.asking.append(
      h("label", { for: id }, "给程序的回答", h("small", {}, "input() 每问一次，用掉一行")),
      this.answers,
    );
    root.classList.add("lab", "lab-python");
    const code = section("c-code", task.title, null, this.editor.element);
    code.append(h("p", { class: "tiny faint code-keys" }, KEYS), this.asking, this.acts, this.status);
    root.append(
      this.goals.element,
      h("div", { class: "bench code-bench" }, code, section("c-out", "结果", null, this.result)),
      h("p", { class: "tiny faint lab-origin" }, this.origin()),
    );
    void modelsOf(host).then((models) => {
      const kept = keptModels(models);
      if (kept) code.append(kept);
    });
    this.draw();
    if (!bench.looking) bench.machine.warm().catch((error: unknown) => console.error(error));
  }

  close(): void {
    this.editor.close();
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-python");
  }

  readonly draw = (): void => {
    this.asking.hidden = !asksInput(this.bench.state.code);
    redraw(this.acts, ...this.actions(), ...this.cellActions(), ...this.serverActions());
    redraw(this.status, this.opening());
    this.drawResult();
  };

  /** More was printed: the text alone changes, at most once a frame. */
  readonly printed = (): void => {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      const out = this.result.querySelector("pre[data-live]");
      if (out && this.bench.running) out.textContent = this.bench.live;
    });
  };

  private typed(text: string): void {
    const { bench } = this;
    const shows = () => {
      const { code } = bench.state;
      return [asksInput(code), code === bench.task.starter, hasCells(code) && cellsOf(code).length].join();
    };
    const before = shows();
    bench.edit(text);
    if (shows() !== before) this.draw();
  }

  private async run(): Promise<void> {
    this.editor.mark(null);
    await this.bench.run();
  }

  private actions(): HTMLElement[] {
    const { bench } = this;
    const put = (change: () => void) => () => {
      change();
      this.editor.set(bench.state.code);
    };
    const starter = bench.state.code === bench.task.starter;
    const back = bench.state.before !== null && starter;
    const { running } = bench;
    return [
      h(
        "div",
        { class: "row" },
        button("运行", () => void this.run(), { key: "run", class: "go", busy: running, icon: "right" }),
        button("停下", () => bench.stop(), { key: "stop", after: "run", disabled: !running }),
        back
          ? button(
              "取回我的程序",
              put(() => bench.takeBack()),
              { key: "reset", icon: "undo", disabled: running },
            )
          : button(
              "恢复原样",
              put(() => bench.reset()),
              { key: "reset", disabled: running || starter },
            ),
      ),
    ];
  }

  private cellActions(): HTMLElement[] {
    const { bench } = this;
    if (bench.looking) return [];
    const { running, state } = bench;
    const add = button(hasCells(state.code) ? "加一格" : "分成格子", () => this.addCell(), {
      key: "add",
      icon: "plus",
      disabled: running,
    });
    if (!hasCells(state.code)) return [h("div", { class: "row code-cells" }, add)];
    const of = cellsOf(state.code).length;
    const next = bench.cellsRun < of ? bench.cellsRun + 1 : 1;
    return [
      h(
        "div",
        { class: "row code-cells" },
        button(`下一格（第 ${next} 格）`, () => void this.step(), {
          key: "next",
          icon: "right",
          disabled: running,
        }),
        button("只跑光标那一格", () => void this.here(), { key: "here", disabled: running }),
        add,
      ),
      h(
        "p",
        { class: "tiny faint" },
        `共 ${of} 格，用写着 # %% 的行分开。前面格子里的名字，后面接着能用；“运行”总是从头跑全部。`,
      ),
    ];
  }

  private addCell(): void {
    const { bench, editor } = this;
    const { code, line } = withCell(bench.state.code, editor.line());
    bench.edit(code);
    editor.set(code);
    editor.go(line);
    this.draw();
  }

  private async step(): Promise<void> {
    this.editor.mark(null);
    await this.bench.runNext();
  }

  private async here(): Promise<void> {
    const cell = cellAt(this.bench.state.code, this.editor.line());
    this.editor.mark(null);
    if (cell) await this.bench.runCell(cell);
  }

  /** For senior classes whose school runs programs itself. */
  private serverActions(): HTMLElement[] {
    const { remote, running, onServer } = this.bench;
    if (!remote) return [];
    const words = !onServer
      ? `服务器上有 ${remote.packages}，可以直接 import。`
      : remote.waiting
        ? `在排队，${remote.ahead ? `前面还有 ${remote.ahead} 个程序` : "下一个就是你的"}。可以先离开，回来接着等。`
        : "正在学校服务器上运行…";
    return [
      h(
        "div",
        { class: "row code-server" },
        button("在学校服务器上跑", () => void this.onServer(), {
          key: "server",
          disabled: running,
          busy: onServer,
        }),
        h("p", { class: "tiny soft", role: "status" }, words),
      ),
    ];
  }

  private async onServer(): Promise<void> {
    this.editor.mark(null);
    await this.bench.runOnServer();
  }

  /** How far Python is, as long as it is not there. */
  private opening(): HTMLElement | null {
    const { machine, running } = this.bench;
    if (machine.phase === "broken") return this.broken(machine.error);
    if (machine.phase !== "opening") return null;
    const fetching = machine.share < 1;
    const words = fetching
      ? "正在取 Python。第一次约 5.5 MB，以后这台设备直接从缓存打开；可以先看程序、改程序。"
      : "正在打开 Python…";
    return h(
      "div",
      { class: "code-opening" },
      h(
        "span",
        {
          class: "prog full",
          role: "progressbar",
          "aria-label": "正在取 Python",
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": Math.round(machine.share * 100),
        },
        share(h("i"), machine.share),
      ),
      h("p", {}, running ? "准备好了就运行。" : "", words),
    );
  }

  private broken(error: unknown): HTMLElement {
    const words =
      error instanceof Unsealed
        ? "这台服务器没有给编程实验加上该有的保护，所以先不运行。请老师告诉管理员。程序照样保存。"
        : "Python 没有打开。程序照样保存。请检查网络，再试一次；如果还不行，换一个新一些的浏览器，或换一台设备接着做。";
    const again = () => this.bench.machine.warm().catch((again: unknown) => console.error(again));
    return h(
      "div",
      { class: "note need", role: "alert" },
      icon("info"),
      h(
        "div",
        {},
        h("p", {}, words),
        button("再试一次", () => void again(), { key: "again", after: "run" }),
      ),
    );
  }

  private drawResult(): void {
    const { bench } = this;
    if (this.shownLast === bench.last && this.shownRunning === bench.running) return;
    const ended = this.shownRunning && !bench.running;
    this.shownLast = bench.last;
    this.shownRunning = bench.running;
    if (bench.running) {
      const where = bench.onServer ? "等学校服务器…" : "正在运行…";
      redraw(this.result, h("p", { class: "soft" }, where), output(bench.live, true));
      return;
    }
    const { last } = bench;
    if (!last) {
      redraw(this.result, h("p", { class: "soft" }, "按“运行”，程序印出来的、画出来的都写在这里。"));
      return;
    }
    redraw(
      this.result,
      this.ending(last),
      ...last.before.flatMap((part) => cell(part)),
      ...(last.cell
        ? cell(last)
        : [last.output ? output(last.output, false) : null, ...last.drawings.map(figure)]),
    );
    if (!ended) return;
    this.editor.mark(last.error?.line ?? null);
    if (last.cell || last.server) return;
    this.goals.update(check(bench.spec.goals, bench.state));
  }

  private ending(last: Last): HTMLElement {
    const { error } = last;
    if (!error) {
      const clean = last.ending === "clean";
      const done = clean && Object.values(last.checks).every(({ ok }) => ok);
      return h(
        "div",
        { class: done ? "note good" : clean ? "note" : "note need" },
        icon(done ? "check" : "info"),
        h("p", {}, this.bench.summary()),
      );
    }
    const { line } = error;
    return h(
      "div",
      { class: "note need code-error" },
      icon("info"),
      h(
        "div",
        {},
        h("p", {}, h("strong", {}, line ? `停在第 ${line} 行。` : "没有跑到尾。"), error.says),
        last.asked ? h("p", {}, `它问的是：${last.asked}`) : null,
        error.python ? h("p", {}, "Python 说：", h("code", { lang: "en" }, error.python)) : null,
        line ? button(`去第 ${line} 行`, () => this.editor.go(line), { key: "line" }) : null,
      ),
    );
  }

  private origin(): string {
    const { task } = this.bench;
    const data = Object.keys(task.files).length ? `数据：${task.dataTitle}。${task.origin}。` : "";
    const server = this.bench.remote ? "按了“在学校服务器上跑”，它在服务器的隔离间里运行，" : "";
    return `${data}程序在你的浏览器里运行，${server}碰不到网络，也碰不到别人的东西。`;
  }
}

/** What one cell printed and drew, under its number. */
function cell(part: Part): (HTMLElement | null)[] {
  const shows = part.output || part.drawings.length;
  return [
    h("h3", { class: "code-cell" }, `第 ${part.cell} 格`),
    part.output ? output(part.output, false) : null,
    ...part.drawings.map(figure),
    shows ? null : h("p", { class: "tiny faint" }, "没有印出什么。"),
  ];
}

function output(text: string, live: boolean): HTMLElement {
  return h(
    "pre",
    { class: "code-out", tabindex: 0, role: "region", "aria-label": "程序印出来的", "data-live": live },
    text,
  );
}
