import { describe, expect, it, vi } from "vitest";
import { Outbox, takeBatch } from "./outbox";
import { type Entry, MemoryStore } from "./store";
import type { Sent, Transport } from "./transport";
import type { AttemptResult, Json } from "./types";

type Call = { path: string; body: { [key: string]: Json } };

/** A server that remembers what it was told, and can be unplugged. */
class Server implements Transport {
  calls: Call[] = [];
  plan: ((call: Call) => Sent | undefined)[] = [];
  connected = true;

  async send(_method: "POST" | "PUT", path: string, body: Json): Promise<Sent> {
    const call = { path, body: body as Call["body"] };
    this.calls.push(call);
    if (!this.connected) return { ok: false, why: "network" };
    const planned = this.plan.shift()?.(call);
    if (planned) return planned;
    if (path !== "attempts") return { ok: true, status: 200, body: {} };
    const sent = call.body["attempts"] as unknown as { id: string; item: string }[];
    const results = sent.map(
      (one) => ({ id: one.id, status: "recorded", item: one.item }) as unknown as AttemptResult,
    );
    return { ok: true, status: 200, body: { results } as unknown as Json };
  }
}

function setUp(who = "pupil", store = new MemoryStore(), server = new Server()) {
  const timers: { work: () => void; ms: number }[] = [];
  const outbox = new Outbox({
    who,
    store,
    transport: server,
    alone: (work) => work(),
    later: (work, ms) => timers.push({ work, ms }),
    random: () => 0.5,
  });
  const heard: { id: string; body: Json | null }[] = [];
  const words: string[] = [];
  outbox.listen({
    result: (entry, body) => heard.push({ id: entry.id, body }),
    state: (state) => words.push(`${state.sending}:${state.waiting}`),
  });
  return { outbox, store, server, timers, heard, words };
}

const answer = (id: string, offering = "o") => ({ group: { offering }, one: { id, item: "q1" } });
const settled = (outbox: Outbox) => outbox.idle;

describe("the outbox", () => {
  it("sends an answer once and tells its result", async () => {
    const { outbox, store, server, heard } = setUp();
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    await outbox.flush();
    expect(server.calls.map((call) => call.path)).toEqual(["attempts"]);
    expect(heard).toEqual([{ id: "a1", body: { id: "a1", status: "recorded", item: "q1" } }]);
    expect(await store.waiting("pupil")).toEqual([]);
  });

  it("keeps everything without network and sends it in order when the network returns", async () => {
    const { outbox, store, server, words } = setUp();
    server.connected = false;
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    await outbox.add("hint", "h1", { item: "q1", rung: 1 });
    await outbox.add("attempt", "a2", answer("a2"));
    await settled(outbox);
    expect((await store.waiting("pupil")).map((entry) => entry.id)).toEqual(["a1", "h1", "a2"]);
    expect(words.at(-1)).toBe("offline:3");
    server.connected = true;
    server.calls = [];
    await outbox.flush();
    expect(server.calls.map((call) => call.path)).toEqual(["attempts", "hints", "attempts"]);
    expect(words.at(-1)).toBe("saved:0");
  });

  it("survives a reload: a new page finds what the old one could not send", async () => {
    const store = new MemoryStore();
    const before = setUp("pupil", store);
    before.server.connected = false;
    await before.outbox.add("attempt", "a1", answer("a1"));
    await settled(before.outbox);
    const after = setUp("pupil", store);
    await after.outbox.flush();
    expect(after.heard.map((one) => one.id)).toEqual(["a1"]);
  });

  it("waits longer after each failure, up to a minute", async () => {
    const { outbox, server, timers } = setUp();
    server.connected = false;
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    for (let round = 0; round < 7; round += 1) {
      timers.at(-1)?.work();
      await vi.waitFor(() => expect(timers.length).toBe(round + 2));
    }
    expect(timers.map((timer) => timer.ms)).toEqual([2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000]);
  });

  it("batches answers of one group, at most twenty, and never across groups", () => {
    const entry = (seq: number, offering: string, kind: Entry["kind"] = "attempt") =>
      ({
        seq,
        id: `${seq}`,
        who: "p",
        kind,
        key: "",
        body: answer(`${seq}`, offering),
        made: "",
      }) as unknown as Entry;
    const many = Array.from({ length: 25 }, (_, at) => entry(at, "o"));
    expect(takeBatch(many)).toHaveLength(20);
    expect(takeBatch([entry(1, "o"), entry(2, "x"), entry(3, "o")]).map((one) => one.id)).toEqual(["1"]);
    expect(takeBatch([entry(1, "o", "hint"), entry(2, "o", "hint")])).toHaveLength(1);
    expect(takeBatch([])).toEqual([]);
  });

  it("sends free play to its own door, from whatever page it waits on", async () => {
    const { outbox, server } = setUp();
    server.connected = false;
    await outbox.add("free-work", "w1", { activity: "points", state: {} }, "/points");
    for (const id of ["f1", "f2"]) {
      await outbox.add("free-act", id, { group: { activity: "points" }, one: { id, what: "trained" } });
    }
    await settled(outbox);
    server.connected = true;
    server.calls = [];
    await outbox.flush();
    expect(server.calls).toEqual([
      { path: "labs/works", body: { activity: "points", state: {} } },
      {
        path: "labs/acts",
        body: {
          activity: "points",
          acts: [
            { id: "f1", what: "trained" },
            { id: "f2", what: "trained" },
          ],
        },
      },
    ]);
  });

  it("sends only the newest of a draft written again", async () => {
    const { outbox, server } = setUp();
    server.connected = false;
    await outbox.add("progress", "p1", { v: 1 }, "l/guess");
    await settled(outbox);
    await outbox.add("progress", "p2", { v: 2 }, "l/guess");
    await outbox.add("progress", "p3", { v: 3 }, "l/say");
    await settled(outbox);
    server.connected = true;
    server.calls = [];
    await outbox.flush();
    expect(server.calls.map((call) => call.body)).toEqual([{ v: 2 }, { v: 3 }]);
  });

  it("sets a refused entry aside with the reason and goes on", async () => {
    const { outbox, store, server, heard } = setUp();
    const problem = { title: "太大了", status: 413, kept: "", next: "删几张" };
    server.plan = [() => ({ ok: false, why: "refused", problem })];
    await outbox.add("work", "w1", { big: true });
    await settled(outbox);
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    const [refused] = await store.waiting("pupil");
    expect(refused?.refused).toBe("太大了。删几张");
    expect(heard.map((one) => [one.id, one.body === null])).toEqual([
      ["w1", true],
      ["a1", false],
    ]);
    if (refused) await outbox.forget(refused);
    expect(await store.waiting("pupil")).toEqual([]);
  });

  it("lets one bad answer in a batch hold up none of its neighbours", async () => {
    const { outbox, server, heard } = setUp();
    server.connected = false;
    for (const id of ["a1", "bad", "a2"]) await outbox.add("attempt", id, answer(id));
    await settled(outbox);
    const problem = { title: "读不懂", status: 422, kept: "", next: "" };
    const bad = (call: Call): Sent | undefined => {
      const ids = (call.body["attempts"] as unknown as { id: string }[]).map((one) => one.id);
      return ids.includes("bad") ? { ok: false, why: "refused", problem } : undefined;
    };
    server.plan = [bad, bad, bad, bad];
    server.connected = true;
    await outbox.flush();
    expect(heard.map((one) => [one.id, one.body !== null])).toEqual([
      ["a1", true],
      ["bad", false],
      ["a2", true],
    ]);
  });

  it("stops and says so when signed out, without asking again and again", async () => {
    const { outbox, server, timers, words } = setUp();
    server.plan = [() => ({ ok: false, why: "signed-out" })];
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    expect(words).toContain("signed-out:1");
    expect(timers).toHaveLength(0);
  });

  it("never sends what another pupil left on a shared tablet", async () => {
    const store = new MemoryStore();
    const first = setUp("one", store);
    first.server.connected = false;
    await first.outbox.add("attempt", "a1", answer("a1"));
    await settled(first.outbox);
    const second = setUp("two", store);
    await second.outbox.flush();
    expect(second.server.calls).toEqual([]);
    expect(await store.othersWaiting("two")).toBe(1);
  });

  it("tries again when the server is busy", async () => {
    const { outbox, server, timers, store } = setUp();
    server.plan = [() => ({ ok: false, why: "busy" })];
    await outbox.add("attempt", "a1", answer("a1"));
    await settled(outbox);
    expect(await store.waiting("pupil")).toHaveLength(1);
    timers[0]?.work();
    await vi.waitFor(async () => expect(await store.waiting("pupil")).toHaveLength(0));
  });
});
