// The pupil's program and what may be done with it. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { readDrawings } from "./drawing";
import { Machine, type Means, type Outcome } from "./machine";
import {
  answerLines,
  type Ending,
  fingerprint,
  type LabState,
  type Last,
  MOST_ANSWERS,
  MOST_CODE,
  note,
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

const NOTHING: Last = {
  ending: "clean",
  changed: false,
  error: null,
  asked: null,
  output: "",
  drawings: [],
  checks: {},
  ms: 0,
};

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly machine: Machine;
  /** The last run in full; null before the first one here. */
  last: Last | null;
  /** What the program that is running has printed so far. */
  live = "";
  running = false;
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
  }

  /** Somebody who only looks at a work gets Python when they press run, not before. */
  get looking(): boolean {
    return this.host.camera() === "absent";
  }

  close(): void {
    this.saveNow();
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

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.live = "";
    this.drawn();
    const { code, answers } = this.state;
    const checks = this.spec.goals
      .filter(({ goal }) => goal === "check")
      .map((goal) => String(goal["check"] ?? ""));
    const job = {
      source: code,
      answers: answerLines(answers),
      files: this.task.files,
      check: this.task.check,
      checks: [...new Set(checks)],
    };
    const outcome = await this.machine.run(job, this.settings.seconds, (text) => {
      this.live = (this.live + text).slice(0, MOST_SHOWN);
      this.printed();
    });
    this.running = false;
    if (this.machine.phase !== "broken") this.take(outcome, code, answers);
    this.drawn();
  }

  stop(): void {
    this.machine.stop();
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

  private take(outcome: Outcome, code: string, answers: string): void {
    const last: Last = {
      ...NOTHING,
      ending: endingOf(outcome),
      changed: fingerprint(code, "") !== fingerprint(this.task.starter, ""),
      output: this.live,
      ...(outcome.kind === "ran" ? this.facts(outcome) : {}),
    };
    this.last = last;
    note(this.state, last, code, answers);
    this.host.did("ran-program", {
      ending: last.ending,
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
