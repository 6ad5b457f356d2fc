// A lab inside the player: fetched when its step opens, its work autosaved, its goals kept as evidence.

import type { Camera, ClassChoice, Lab, LabHost, LabSpec, ServerRuns } from "../../labs/host";
import type { TrainedModel } from "../../labs/models";
import type { ActivityView, Desk } from "./desk";
import { h } from "./dom";
import type { Foot, FootButton } from "./foot";
import type { ActivityData, Json } from "./types";

const MOST_ACTS = 200;

export class LabStep implements ActivityView, LabHost {
  readonly el = h("div", { class: "lab-step" });
  private readonly root = h("div");
  private readonly goals = h("ul", { class: "goals", "aria-label": "这一步要做到的" });
  private lab: Lab | null = null;
  private opening = false;
  private acts = 0;

  constructor(
    private readonly step: ActivityData,
    private readonly desk: Desk,
    private readonly load: (id: string) => Promise<Lab>,
  ) {
    this.el.append(this.root, this.goals);
    this.paintGoals();
  }

  private get spec(): LabSpec {
    return this.step.lab ?? { id: "", dataset: "", settings: {}, goals: [], hints: [] };
  }

  opened(): void {
    if (this.lab || this.opening) return;
    this.opening = true;
    this.root.replaceChildren(h("p", { class: "soft", role: "status" }, "正在打开实验…"));
    this.load(this.spec.id)
      .then(async (lab) => {
        this.root.replaceChildren();
        this.lab = lab;
        await lab.mount(this.root, this.spec, this);
        if (this.el.closest("[hidden]")) this.left();
      })
      .catch(() => this.failed())
      .finally(() => {
        this.opening = false;
      });
  }

  /** Another step is on the screen: the lab saves, and a camera goes off. */
  left(): void {
    this.lab?.unmount();
    this.lab = null;
    this.root.replaceChildren();
  }

  private failed(): void {
    this.lab = null;
    const again = h("button", { class: "btn", type: "button", onclick: () => this.opened() }, "再试一次");
    this.root.replaceChildren(
      h(
        "div",
        { class: "blank" },
        h("h2", {}, "实验没有打开"),
        h("p", {}, "可能是网络断了。做过的都还在，可以先做后面的，等会儿再回来。"),
        again,
      ),
    );
  }

  state(): unknown | null {
    return this.desk.keeper.work(this.step.key)?.state ?? null;
  }

  save(state: unknown): void {
    const first = !this.desk.keeper.work(this.step.key);
    this.desk.keeper.saveWork(this.step.key, "lab", state as Json);
    if (first) this.desk.redraw();
  }

  reached(goalIndex: number, detail: Record<string, unknown>): void {
    if (this.has(goalIndex)) return;
    this.desk.keeper.write(this.step.key, `goal${goalIndex}`, true);
    // On another device free play tells again what was reached before; once is enough.
    const again = this.desk.page.mode === "free" && detail["again"] === true;
    if (!again) this.desk.act(this.step.key, "reached", { index: goalIndex, ...detail } as Json);
    this.paintGoals();
    this.desk.redraw();
  }

  did(what: string, detail: Record<string, unknown>): void {
    this.acts += 1;
    if (this.acts <= MOST_ACTS) this.desk.act(this.step.key, what, detail as Json);
  }

  camera(): Camera {
    return this.desk.page.camera === true ? "allowed" : "refused";
  }

  /** The school has to have turned it on, and the family to consent: the server says. */
  microphone(): Camera {
    return this.desk.page.microphone === true ? "allowed" : "refused";
  }

  datasetUrl(name: string, file = ""): string {
    const base = this.desk.page.urls.datasets[name] ?? `/content/datasets/${encodeURIComponent(name)}/`;
    return base + encodeURIComponent(file);
  }

  say(text: string): void {
    this.desk.say(text);
  }

  server(): ServerRuns | null {
    return this.desk.server(this.step.key);
  }

  choices(): Promise<ClassChoice[] | null> {
    return this.desk.choices(this.step.key);
  }

  async keepModel(model: TrainedModel): Promise<string> {
    return (await this.desk.shelf?.keep(model, this.step.key)) ?? "这里只是看看，模型不留。";
  }

  async models(): Promise<TrainedModel[]> {
    return (await this.desk.shelf?.all()) ?? [];
  }

  async dropModel(id: string): Promise<void> {
    await this.desk.shelf?.drop(id);
  }

  private has(goal: number): boolean {
    return this.desk.keeper.value(this.step.key, `goal${goal}`) === true;
  }

  /** Labs show their goals themselves; this list speaks for a screen reader and for labs that don't. */
  private paintGoals(): void {
    this.goals.classList.add("say");
    this.goals.replaceChildren(
      ...this.spec.goals.map((goal, at) =>
        h("li", {}, `${goal.text}：${this.has(at) ? "做到了" : "还没做到"}`),
      ),
    );
  }

  foot(): Foot {
    const [done, of] = this.steps();
    const act = () => {
      if (done > 0) this.desk.keeper.done(this.step.key);
      this.desk.onward();
    };
    const words = done >= of ? "做完了，下一步" : "先到这里，下一步";
    // a lab on its own has no step after it
    const go = this.desk.page.lesson ? { words, arrow: true, act } : { words: "回实验室", act };
    return { left: this.handInButton(), go };
  }

  /** The draft is kept anyway; handing in freezes it for the teacher, own pictures included. */
  private handInButton(): FootButton[] {
    const work = this.desk.keeper.work(this.step.key);
    if (!work || this.desk.page.mode === "try") return [];
    const act = () => {
      this.desk.keeper.handIn(this.step.key, "lab");
      const own = JSON.stringify(work.state).includes("data:image/");
      this.desk.say(own ? "作品交给老师了，你自己的图片也一起交了" : "作品交给老师了");
      this.desk.redraw();
    };
    return [{ words: work.handed_in ? "再交一次作品" : "交作品", act }];
  }

  steps(): [number, number] {
    const of = this.spec.goals.length || 1;
    const done = this.spec.goals.filter((_, at) => this.has(at)).length;
    return [this.spec.goals.length ? done : this.desk.keeper.isDone(this.step.key) ? 1 : 0, of];
  }

  refresh(): void {
    this.paintGoals();
  }
}
