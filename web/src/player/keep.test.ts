import { beforeEach, describe, expect, it, vi } from "vitest";
import { bare, handedIn, Keeper, mergeFields } from "./keep";
import { Outbox } from "./outbox";
import { MemoryStore } from "./store";
import type { Sent } from "./transport";
import type { Json, PageData } from "./types";

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 2, 0, second)).toISOString();

function page(more: Partial<PageData> = {}): PageData {
  const step = { key: "guess", title: "猜", kind: "predict", minutes: 5, extra: false } as const;
  return {
    who: "p", mode: "learn", offering: "o", lesson: "l", lesson_version: "", period: null, homework: null,
    practice: null, activities: [{ ...step }, { ...step, key: "say", kind: "reflect" }], items: {}, past: {},
    progress: {}, works: {}, live: null, urls: { api: "", sync: "", sign_in: "", home: "", done: "", datasets: {} },
    ...more,
  }; // biome-ignore format: one look
}

function setUp(given = page(), store = new MemoryStore()) {
  const sent: { path: string; body: { [key: string]: Json } }[] = [];
  const send = async (_: string, path: string, body: Json): Promise<Sent> => {
    sent.push({ path, body: body as { [key: string]: Json } });
    return { ok: true, status: 200, body: {} };
  };
  const outbox = new Outbox({
    who: "p",
    store,
    transport: { send },
    alone: (work) => work(),
    later: () => 0,
  });
  return { keeper: new Keeper(given, store, outbox), store, sent, outbox };
}

beforeEach(() => vi.useRealTimers());

describe("merging", () => {
  it("keeps the later writing of each field, whichever comes first", () => {
    const one = { a: { v: 1, at: at(1) }, b: { v: 1, at: at(5) } };
    const other = { a: { v: 2, at: at(2) }, b: { v: 2, at: at(4) }, c: { v: 3, at: at(1) } };
    const merged = { a: { v: 2, at: at(2) }, b: { v: 1, at: at(5) }, c: { v: 3, at: at(1) } };
    expect(mergeFields(one, other)).toEqual(merged);
    expect(mergeFields(other, one)).toEqual(merged);
  });

  it("leaves a pupil's own pictures on the device", () => {
    const state = { classes: [{ name: "猫", pic: "data:image/jpeg;base64,xx" }], local: { a: 1 }, n: 3 };
    expect(bare(state)).toEqual({ classes: [{ name: "猫", pic: "" }], n: 3 });
    expect(bare("text")).toBe("text");
  });

  it("hands in pictures, never recordings", () => {
    const state = {
      local: { sounds: { a: "data:audio/x;base64,yy" }, pictures: ["data:image/png;base64,x"] },
    };
    expect(handedIn(state)).toEqual({ local: { sounds: { a: "" }, pictures: ["data:image/png;base64,x"] } });
  });
});

describe("the keeper", () => {
  it("keeps what is typed at once and sends it soon after, once", async () => {
    vi.useFakeTimers();
    const { keeper, store, sent } = setUp();
    await keeper.start();
    keeper.write("guess", "why", "因");
    keeper.write("guess", "why", "因为");
    expect(await store.draft("p/o/l/p/guess")).toMatchObject({ fields: { why: { v: "因为" } } });
    await vi.advanceTimersByTimeAsync(800);
    expect(sent.filter((call) => call.path === "progress")).toHaveLength(1);
    expect(sent[0]?.body["fields"]).toMatchObject({ why: { v: "因为" } });
  });

  it("finds after a reload what the page did not bring, and sends it", async () => {
    const store = new MemoryStore();
    await store.keepDraft("p/o/l/p/guess", { fields: { choice: { v: "B", at: at(9) } }, done: true });
    const brought = {
      guess: { fields: { choice: { v: "A", at: at(1) }, why: { v: "x", at: at(1) } }, done: false },
    };
    const { keeper, sent, outbox } = setUp(page({ progress: brought }), store);
    await keeper.start();
    expect([keeper.value("guess", "choice"), keeper.value("guess", "why"), keeper.isDone("guess")]).toEqual([
      "B",
      "x",
      true,
    ]);
    await outbox.flush();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body["done"]).toBe(true);
  });

  it("sends nothing when the server already knows", async () => {
    const brought = { guess: { fields: { choice: { v: "A", at: at(1) } }, done: true } };
    const { keeper, sent, outbox } = setUp(page({ progress: brought }));
    await keeper.start();
    await outbox.flush();
    expect(sent).toEqual([]);
  });

  it("takes what another tab wrote", async () => {
    const { keeper } = setUp();
    await keeper.start();
    const told = vi.fn();
    keeper.onChange(told);
    keeper.heard("guess", { choice: { v: "C", at: at(3) } }, true);
    expect([keeper.value("guess", "choice"), keeper.isDone("guess")]).toEqual(["C", true]);
    expect(told).toHaveBeenCalledWith("guess");
  });

  it("sends a lab's draft without pictures and the work handed in with them", async () => {
    vi.useFakeTimers();
    const { keeper, sent } = setUp();
    await keeper.start();
    keeper.saveWork("say", "lab", { n: 1, local: { pic: "data:image/png;base64,x" } });
    await vi.advanceTimersByTimeAsync(800);
    keeper.handIn("say", "lab");
    await vi.advanceTimersByTimeAsync(50);
    const states = sent.filter((call) => call.path === "works").map((call) => call.body["state"]);
    expect(states).toEqual([{ n: 1 }, { n: 1, local: { pic: "data:image/png;base64,x" } }]);
  });

  it("gives work done elsewhere back its pictures from this device", async () => {
    const store = new MemoryStore();
    const kept = { state: { n: 1, local: { a: "p" } }, version: 1, at: at(1), handed_in: null, kind: "lab" };
    await store.keepDraft("p/o/l/w/say", kept);
    const { keeper } = setUp(
      page({ works: { say: { state: { n: 2 }, version: 2, at: at(5), handed_in: null } } }),
      store,
    );
    await keeper.start();
    expect(keeper.work("say")?.state).toEqual({ n: 2, local: { a: "p" } });
  });

  it("hurries when the page is left", async () => {
    vi.useFakeTimers();
    const { keeper, sent } = setUp();
    await keeper.start();
    keeper.write("guess", "choice", "A");
    keeper.hurry();
    await vi.advanceTimersByTimeAsync(10);
    expect(sent).toHaveLength(1);
  });
});

describe("free play", () => {
  it("keeps the work and sends no progress", async () => {
    const { keeper, sent, outbox } = setUp(page({ mode: "free", offering: "", lesson: "" }));
    await keeper.start();
    keeper.write("guess", "goal0", true);
    keeper.saveWork("guess", "lab", { n: 1 });
    keeper.handIn("guess", "lab");
    keeper.hurry();
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(0));
    await outbox.idle;
    expect(new Set(sent.map((one) => one.path))).toEqual(new Set(["labs/works"]));
    expect(sent.some((one) => one.body["hand_in"] === true)).toBe(true);
    expect(keeper.value("guess", "goal0")).toBe(true);
  });
});

describe("what never rests", () => {
  it("is sent every few seconds while a lab trains, not only when it pauses", async () => {
    vi.useFakeTimers();
    const { keeper, sent } = setUp();
    for (let tenths = 0; tenths < 100; tenths++) {
      keeper.saveWork("guess", "lab", { epoch: tenths });
      await vi.advanceTimersByTimeAsync(100);
    }
    const epochs = sent.map((one) => (one.body["state"] as { epoch: number }).epoch);
    expect(epochs.length).toBeGreaterThanOrEqual(2);
    expect(epochs[0]).toBeLessThanOrEqual(41);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.at(-1)?.body["state"]).toEqual({ epoch: 99 });
  });
});
