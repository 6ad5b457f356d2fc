import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerRun, ServerRuns } from "../host";
import { cameBack, Remote } from "./remote";

const RUN: ServerRun = { id: "r1", state: "waiting", ahead: 2, output: "", outcome: {}, says: "" };
const DONE: ServerRun = {
  ...RUN,
  state: "done",
  ahead: 0,
  output: "3\n",
  outcome: {
    ending: "done",
    error: null,
    drawings: [{ kind: "bars", title: "图", bars: [["甲", 1]] }],
    wall_ms: 900,
  },
};

let stopped: string[];
const server = (asked: ServerRun | string, seen: (ServerRun | null)[]): ServerRuns => ({
  packages: "NumPy 2",
  ask: async () => asked,
  see: async () => (seen.length > 1 ? (seen.shift() as ServerRun | null) : (seen[0] ?? null)),
  stop: async (id) => {
    stopped.push(id);
  },
});

beforeEach(() => {
  stopped = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a run on the server", () => {
  it("waits its turn, shows what is printed, and comes back", async () => {
    const heard: string[] = [];
    const remote = new Remote(
      server(RUN, [RUN, null, { ...RUN, state: "running", output: "1" }, DONE]),
      (run) => heard.push(`${run.state} ${run.ahead} ${run.output}`),
    );
    const names: string[] = [];
    const coming = remote.run("print(3)", "", (id) => names.push(id));
    await vi.advanceTimersByTimeAsync(0);
    expect([remote.waiting, remote.ahead]).toEqual([true, 2]);
    await vi.advanceTimersByTimeAsync(10_000);
    const came = await coming;
    expect(names).toEqual(["r1"]);
    expect(heard.at(-2)).toBe("running 2 1");
    const last = cameBack(came, "");
    expect(last).toMatchObject({
      ending: "clean",
      output: "3\n",
      server: "在学校服务器上跑完了，用了 0.9 秒。",
    });
    expect(last.drawings).toHaveLength(1);
    await remote.stop();
    expect(stopped).toEqual(["r1"]);
  });

  it("is refused in words, and gives up on a server that is gone", async () => {
    const refused = await new Remote(server("程序太多。等一等。", []), () => undefined).run(
      "1",
      "",
      () => undefined,
    );
    expect(cameBack(refused, "")).toMatchObject({ ending: "stopped", server: "程序太多。等一等。" });
    const lost = new Remote(server(RUN, [null]), () => undefined).follow("r0");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(cameBack(await lost, "").server).toContain("联系不上学校服务器");
  });

  it.each([
    [{ ending: "memory" }, "要的内存太多", "crashed", "要的内存太多"],
    [{ ending: "wall" }, "到了时间", "timeout", "到了时间"],
    [{ ending: "stopped" }, "停下了", "stopped", "停下了"],
    [
      { ending: "done", error: { kind: "NameError", line: 2, says: "没有", python: "" } },
      "没有",
      "error",
      "没有",
    ],
    [{ ending: "done", error: "?", drawings: "<script>" }, "", "error", "学校服务器没有说出结果。"],
    [{}, "", "crashed", "学校服务器没有说出结果。"],
  ])("ends %j as it ended", (outcome, says, ending, words) => {
    const last = cameBack({ kind: "run", run: { ...DONE, outcome, says } }, "");
    expect([last.ending, last.server]).toEqual([ending, words]);
    expect(last.drawings).toEqual([]);
  });
});
