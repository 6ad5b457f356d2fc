// The pupil's program and what may be done with it. Draws nothing.
import type { LabHost, LabSpec, ServerRun } from "../host";
import { type Cell, cellsOf } from "./cells";
import { readDrawings } from "./drawing";
import { modelFiles, modelsOf } from "./kept";
import { Machine, type Means, type Outcome } from "./machine";
import { type Came, cameBack, Remote } from "./remote";
import type { Job } from "./sealed-worker";
import {
  answerLines,
  type Ending,
  fingerprint,
  type LabState,
  type Last,
  MOST_ANSWERS,
  MOST_CODE,
  NOTHING,
  note,
  partOf,
  readError,
  readSettings,
  reset,
  resume,
  type Settings,
  takeBack,
} from "./state";
import type { Task } from "./task";

export const MOST_SHOWN = 20_000;
const SAVE_AFTER_MS = 800;

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly machine: Machine;
  /** The last run in full; null before the first one here. */
  last: Last | null;
  /** What the program that is running has printed so far. */
  live = "";
  running = false;
  /** The school's server, where this class may use it. */
  readonly remote: Remote | null;
  onServer = false;
  /** The last cell that ran to its end in the names that are still there, and the worker that holds them. */
  private closed = false;
  private upTo = 0;
  private age = 0;
  private saving: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly task: Task,
    readonly spec: LabSpec,
    readonly host: LabHost,
    means: Means,
    private readonly drawn: () => void,
    private readonly printed: () => void,
  ) {
    this.settings = readSettings(spec.settings);
    this.state = resume(host.state(), task.starter, task.answers);
    this.last = this.state.last;
    this.machine = new Machine(means, drawn);
    const server = host.server?.() ?? null;
    this.remote = server && new Remote(server, (run) => this.heard(run));
    if (this.remote && this.state.run) void this.followRun(this.state.run);
  }

  /** Somebody who only looks at a work gets Python when they press run, not before. */
  get looking(): boolean {
    return this.host.camera() === "absent";
  }

  close(): void {
    this.closed = true;
    this.saveNow();
    this.remote?.close();
    this.machine.close();
  }

  edit(code: string): void {
    this.state.code = code.slice(0, MOST_CODE);
    this.saveSoon();
  }

  answer(text: string): void {
    this.state.answers = text.slice(0, MOST_ANSWERS);
    this.saveSoon();
  }

  /** The whole program, from nothing, with its checks. */
  async run(): Promise<void> {
    const { code, answers } = this.state;
    const checks = this.spec.goals
      .filter(({ goal }) => goal === "check")
      .map((goal) => String(goal["check"] ?? ""));
    const job: Job = {
      source: code,
      answers: answerLines(answers),
      files: this.task.files,
      check: this.task.check,
      checks: [...new Set(checks)],
    };
    await this.runJob(job, (outcome) => this.take(outcome, code, answers));
  }

  /** How many cells have run in the names that are there now; 0 when a cell would begin anew. */
  get cellsRun(): number {
    return this.age === this.machine.age ? this.upTo : 0;
  }

  /** One cell, in the names the cells before it left; the first one begins anew. */
  async runCell(cell: Cell): Promise<void> {
    const { code, answers } = this.state;
    const fresh = cell.no === 1 || this.cellsRun === 0;
    const job: Job = {
      source: cell.source,
      answers: answerLines(answers),
      files: this.task.files,
      check: "",
      checks: [],
      cell: { first: cell.first, fresh },
    };
    const parts = fresh || !this.last?.cell ? [] : [...this.last.before, partOf(this.last)];
    const before = parts.filter((part) => part.cell !== cell.no);
    await this.runJob(job, (outcome) => {
      const clean = outcome.kind === "ran" && !outcome.ran.error;
      this.upTo = clean ? cell.no : fresh ? 0 : this.upTo;
      this.age = this.machine.age;
      this.take(outcome, code, answers, { cell: cell.no, before });
    });
  }

  /** The cell after the last that ran; the first one when all have. */
  async runNext(): Promise<void> {
    const cells = cellsOf(this.state.code);
    const next = cells[this.cellsRun] ?? cells[0];
    if (next) await this.runCell(next);
  }

  private async runJob(job: Job, take: (outcome: Outcome) => void): Promise<void> {
    if (this.running) return;
    this.running = true;
    const models = job.source.includes("model") ? await modelsOf(this.host) : [];
    job.files = { ...job.files, ...(await modelFiles(models, job.source, this.host)) };
    this.live = "";
    this.drawn();
    const outcome = await this.machine.run(job, this.settings.seconds, (text) => {
      this.live = (this.live + text).slice(0, MOST_SHOWN);
      this.printed();
    });
    this.running = false;
    if (this.machine.phase !== "broken") take(outcome);
    this.drawn();
  }

  /** The whole program on the school's server: queued, followed, and found again when the page is left meanwhile. */
  async runOnServer(): Promise<void> {
    const { remote } = this;
    if (!remote || this.running) return;
    const { code, answers } = this.state;
    await this.onServerUntil(
      remote.run(code, answers, (id) => this.named(id)),
      code,
      answers,
    );
  }

  private async followRun(id: string): Promise<void> {
    const { code, answers } = this.state;
    if (this.remote) await this.onServerUntil(this.remote.follow(id), code, answers);
  }

  private async onServerUntil(coming: Promise<Came>, code: string, answers: string): Promise<void> {
    this.running = true;
    this.onServer = true;
    this.live = "";
    this.drawn();
    const came = await coming;
    this.running = false;
    this.onServer = false;
    if (this.closed) return;
    this.state.run = null;
    this.last = cameBack(came, this.live);
    note(this.state, this.last, code, answers);
    if (came.kind === "run") this.host.did("ran-on-server", { ending: this.last.ending });
    this.host.say(this.summary());
    this.saveNow();
    this.drawn();
  }

  private named(id: string): void {
    this.state.run = id;
    this.saveNow();
  }

  private heard(run: ServerRun): void {
    this.live = run.output.slice(0, MOST_SHOWN);
    this.drawn();
    this.printed();
  }

  stop(): void {
    if (this.onServer) void this.remote?.stop();
    else this.machine.stop();
  }

  reset(): void {
    reset(this.state, this.task.starter);
    this.host.say("回到开头的程序了。你原来写的可以再取回来。");
    this.saveNow();
    this.drawn();
  }

  takeBack(): void {
    takeBack(this.state);
    this.host.say("取回了你的程序。");
    this.saveNow();
    this.drawn();
  }

  saveNow(): void {
    if (this.saving) clearTimeout(this.saving);
    this.saving = null;
    this.host.save(structuredClone(this.state));
  }

  private saveSoon(): void {
    if (this.saving) clearTimeout(this.saving);
    this.saving = setTimeout(() => this.saveNow(), SAVE_AFTER_MS);
  }

  private take(outcome: Outcome, code: string, answers: string, more: Partial<Last> = {}): void {
    const last: Last = {
      ...NOTHING,
      ...more,
      ending: endingOf(outcome),
      changed: fingerprint(code, "") !== fingerprint(this.task.starter, ""),
      output: this.live,
      ...(outcome.kind === "ran" ? this.facts(outcome) : {}),
    };
    this.last = last;
    note(this.state, last, code, answers);
    this.host.did("ran-program", {
      ending: last.ending,
      ...(last.cell ? { cell: last.cell } : {}),
      ...(last.error ? { error: last.error.kind } : {}),
      ...(Object.keys(last.checks).length ? { checks: passed(last) } : {}),
    });
    this.host.say(this.summary());
    this.saveNow();
  }

  private facts({ ran, ms }: Outcome & { kind: "ran" }): Partial<Last> {
    for (const { key, broken } of ran.checks) if (broken) console.error(`check ${key}: ${broken}`);
    return {
      error: ran.error ? readError(ran.error) : null,
      asked: ran.asked,
      drawings: readDrawings(ran.drawings),
      checks: Object.fromEntries(ran.checks.map(({ key, ok, hint }) => [key, { ok, hint }])),
      ms,
    };
  }

  /** How the last run ended, in a sentence or two. */
  summary(): string {
    const { last } = this;
    if (!last) return "";
    if (last.server) return last.server;
    if (last.ending === "timeout")
      return `跑了 ${this.settings.seconds} 秒还没有结束，已经停下。程序还在。看看循环什么时候该停。`;
    if (last.ending === "stopped") return "停下了。程序还在，可以接着改。";
    if (last.ending === "crashed")
      return "运行 Python 的地方承受不住，重新准备好了。程序还在。看看有没有停不下来的调用，或特别大的列表。";
    if (last.error) {
      const where = last.error.line ? `第 ${last.error.line} 行：` : "";
      return `没有跑到尾。${where}${last.error.says}`;
    }
    const checks = Object.values(last.checks);
    if (last.cell) return `第 ${last.cell} 格跑完了，没有报错。`;
    if (!checks.length) return "跑完了，没有报错。";
    const failed = checks.find(({ ok }) => !ok);
    const counts = `${checks.length} 项检查，做到了 ${checks.length - checks.filter(({ ok }) => !ok).length} 项。`;
    return `跑完了，没有报错。${counts}${failed?.hint ?? ""}`;
  }
}

const passed = (last: Last): Record<string, boolean> =>
  Object.fromEntries(Object.entries(last.checks).map(([key, { ok }]) => [key, ok]));

function endingOf(outcome: Outcome): Ending {
  if (outcome.kind !== "ran") return outcome.kind;
  return outcome.ran.error ? "error" : "clean";
}
