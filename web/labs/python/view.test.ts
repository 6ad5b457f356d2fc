import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Camera, LabSpec, ServerRuns } from "../host";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { Unsealed } from "./runtime";
import type { Ask, Parts, Ran, Reply } from "./sealed-worker";
import type { Task } from "./task";
import { View } from "./view";

const TASK: Task = {
  key: "mean",
  title: "平均走了多少步",
  origin: "合成数据",
  dataTitle: "一周的步数",
  starter: "print(0)\n",
  check: "",
  answers: "",
  files: { "steps.csv": "day,steps\n" },
};
const SPEC: LabSpec = {
  id: "python",
  dataset: "steps",
  settings: { task: "mean" },
  goals: [
    { goal: "runs", changed: true, text: "跑到尾" },
    { goal: "check", check: "mean", text: "平均数算对了" },
  ],
  hints: [],
};
const CLEAN: Ran = {
  error: null,
  drawings: [],
  asked: null,
  checks: [{ key: "mean", ok: false, hint: "先加起来", broken: "" }],
};

/** A worker that opens at once and ends every program as `answer` says. */
function worker(answer: (ask: Ask) => Reply[]): Worker {
  const made = {
    onmessage: null as ((event: { data: Reply }) => void) | null,
    onerror: null,
    postMessage(ask: Ask) {
      const replies: Reply[] = ask.kind === "open" ? [{ kind: "ready" }] : answer(ask);
      queueMicrotask(() => {
        for (const data of replies) made.onmessage?.({ data });
      });
    },
    terminate: () => undefined,
  };
  return made as unknown as Worker;
}

let saved: unknown;
let said: string[];
let did: [string, Record<string, unknown>][];
let reached: number[];

function open(
  answer: (ask: Ask) => Reply[],
  camera: Camera = "allowed",
  fail?: unknown,
  runs: ServerRuns | null = null,
) {
  const root = document.createElement("div");
  document.body.append(root);
  const host = standIn(saved ?? null, {
    save: (state) => {
      saved = state;
    },
    reached: (index) => reached.push(index),
    did: (what, detail) => did.push([what, detail]),
    camera: () => camera,
    say: (text) => said.push(text),
    server: () => runs,
  });
  const parts = vi.fn(async () => {
    if (fail) throw fail;
    return {} as Parts;
  });
  let view: View | null = null;
  const means = { parts, worker: async () => worker(answer) };
  const bench = new Bench(
    TASK,
    SPEC,
    host,
    means,
    () => view?.draw(),
    () => view?.printed(),
  );
  view = new View(root, bench);
  return { root, bench, view, parts };
}

const area = (root: HTMLElement) =>
  root.querySelector<HTMLTextAreaElement>(".code-plain") as HTMLTextAreaElement;
const press = (root: HTMLElement, key: string) =>
  root.querySelector<HTMLElement>(`[data-key='${key}']`)?.click();
const result = (root: HTMLElement) => root.querySelector(".code-result")?.textContent ?? "";
const write = (root: HTMLElement, text: string) => {
  area(root).value = text;
  area(root).dispatchEvent(new Event("input"));
};
const settle = () => new Promise((done) => setTimeout(done, 20));

beforeEach(() => {
  // a browser without adopted sheets gets the plain field, which this document can hold as well
  vi.stubGlobal("CSSStyleSheet", class {});
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  saved = null;
  [said, did, reached] = [[], [], []];
});
afterEach(() => document.body.replaceChildren());

describe("the bench", () => {
  it("runs what was written, shows what was printed, gives the hint and keeps all of it", async () => {
    const sources: string[] = [];
    const { root } = open((ask) => {
      if (ask.kind === "run") sources.push(ask.job.source, ...ask.job.checks);
      return [
        { kind: "out", text: "平均 3\n" },
        { kind: "ran", ran: CLEAN },
      ];
    });
    write(root, "print(3)\n");
    press(root, "run");
    await settle();
    expect(sources).toEqual(["print(3)\n", "mean"]);
    expect(root.querySelector("pre")?.textContent).toBe("平均 3\n");
    expect(root.querySelector(".goal-list")?.textContent).toContain("先加起来");
    expect(said.join()).toContain("1 项检查，做到了 0 项。先加起来");
    expect(did).toEqual([["ran-program", { ending: "clean", checks: { mean: false } }]]);
    expect(reached).toEqual([0]);
    expect(saved).toMatchObject({ code: "print(3)\n", last: { output: "平均 3\n" }, reached: [0] });
  });

  it("says where and why a program stopped, and leads there", async () => {
    const error = {
      kind: "NameError",
      line: 2,
      says: "没有叫 x 的东西。",
      python: "NameError: name 'x' is not defined",
    };
    const { root } = open(() => [{ kind: "ran", ran: { ...CLEAN, error, checks: [] } }]);
    write(root, "print(1)\nx\n");
    press(root, "run");
    await settle();
    expect(result(root)).toContain("停在第 2 行。没有叫 x 的东西。");
    expect(root.querySelector("code")?.textContent).toBe(error.python);
    press(root, "line");
    expect([document.activeElement, area(root).selectionStart]).toEqual([area(root), 9]);
  });

  it("goes back to the starter and takes the own program back", async () => {
    const { root } = open(() => []);
    write(root, "mine");
    press(root, "reset");
    expect(area(root).value).toBe(TASK.starter);
    press(root, "reset");
    expect(area(root).value).toBe("mine");
    expect(saved).toMatchObject({ code: "mine", before: null });
  });

  it("asks for answers only where the program asks", () => {
    const { root } = open(() => []);
    const field = root.querySelector<HTMLElement>(".code-answers");
    expect(field?.hidden).toBe(true);
    write(root, "name = input('?')");
    expect(field?.hidden).toBe(false);
  });

  it("fetches nothing while somebody only looks, and shows the last run all the same", async () => {
    saved = { code: "print(7)", last: { ending: "clean", output: "7\n" } };
    const { root, parts } = open(() => [], "absent");
    await settle();
    expect(parts).not.toHaveBeenCalled();
    expect(root.querySelector("pre")?.textContent).toBe("7\n");
  });

  it("says what is wrong when Python cannot be had, and keeps the program", async () => {
    for (const [fail, says] of [
      [new Unsealed(), "没有给编程实验加上该有的保护"],
      [new Error("offline"), "请检查网络"],
    ] as const) {
      const { root } = open(() => [], "allowed", fail);
      write(root, "print(8)");
      press(root, "run");
      await settle();
      expect(root.querySelector("[role=alert]")?.textContent).toContain(says);
      expect(area(root).value).toBe("print(8)");
    }
  });

  it("runs cells one by one in the names they leave, shows each, and begins anew when the worker is gone", async () => {
    const jobs: [string, unknown][] = [];
    const { root, bench } = open((ask) => {
      if (ask.kind !== "run") return [];
      jobs.push([ask.job.source, ask.job.cell]);
      return [
        { kind: "out", text: `${jobs.length}\n` },
        { kind: "ran", ran: { ...CLEAN, checks: [] } },
      ];
    });
    write(root, "a = 1\n# %%\nprint(a)\n");
    press(root, "next");
    await settle();
    press(root, "next");
    await settle();
    expect(jobs).toEqual([
      ["a = 1", { first: 1, fresh: true }],
      ["print(a)\n", { first: 3, fresh: false }],
    ]);
    expect(result(root)).toContain("第 1 格1");
    expect(result(root)).toContain("第 2 格2");
    expect(saved).toMatchObject({ last: { cell: 2, before: [{ cell: 1, output: "1\n" }] }, tried: [] });
    expect(reached).toEqual([]);
    bench.machine.age += 1;
    expect(bench.cellsRun).toBe(0);
    press(root, "add");
    expect(area(root).value).toBe("a = 1\n# %%\nprint(a)\n\n# %%\n");
  });

  it("offers the school's server only where the page does, and finds a run again", async () => {
    expect(open(() => []).root.querySelector("[data-key='server']")).toBeNull();
    const done = {
      id: "r1",
      state: "done",
      ahead: 0,
      output: "5\n",
      outcome: { ending: "done" },
      says: "",
    } as const;
    const runs: ServerRuns = {
      packages: "NumPy 2.4",
      ask: async () => done,
      see: async (id) => (id === "r1" ? done : null),
      stop: async () => undefined,
    };
    saved = null;
    const { root } = open(() => [], "allowed", undefined, runs);
    expect(root.textContent).toContain("服务器上有 NumPy 2.4");
    write(root, "print(5)");
    press(root, "server");
    await settle();
    expect(result(root)).toContain("在学校服务器上跑完了");
    expect(root.querySelector("pre")?.textContent).toBe("5\n");
    expect(did.at(-1)).toEqual(["ran-on-server", { ending: "clean" }]);
    expect(saved).toMatchObject({ run: null, tried: [], last: { output: "5\n" } });
    saved = { code: "print(5)", run: "r1" };
    const again = open(() => [], "allowed", undefined, runs);
    await settle();
    expect(result(again.root)).toContain("在学校服务器上跑完了");
  });

  it("lets the keyboard out of the plain field: Tab indents, Esc and then Tab leaves", () => {
    const { root } = open(() => []);
    const key = (name: string) => {
      const event = new KeyboardEvent("keydown", { key: name, cancelable: true });
      area(root).dispatchEvent(event);
      return event.defaultPrevented;
    };
    area(root).setSelectionRange(0, 0);
    expect([key("Tab"), area(root).value]).toEqual([true, `    ${TASK.starter}`]);
    expect([key("Escape"), key("Tab")]).toEqual([false, false]);
  });
});
