import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveLink, type Pulse } from "./live";
import type { Live } from "./types";

const LIVE: Live = {
  period: "p",
  version: 1,
  pace: "teacher",
  released: [],
  current: null,
  paused: false,
  poll: null,
  ended: false,
};
const pulse = (more: Partial<Pulse> = {}): Pulse => ({
  activity: "look",
  done: [],
  steps: [0, 1],
  tries: 0,
  ...more,
});

beforeEach(() => vi.useFakeTimers({ now: new Date("2026-11-24T02:00:00Z") }));
afterEach(() => vi.unstubAllGlobals());

function setUp(live: Live | null = LIVE, seq = 4) {
  const post = vi.fn(async (_path: string, _body: unknown) => true);
  const heard = vi.fn();
  return { link: new LiveLink("/sync", live, post, heard, seq), post, heard };
}

it("says where the pupil is at most every three seconds, with the newest word and rising numbers", async () => {
  const { link, post } = setUp();
  link.pulse(pulse());
  await vi.advanceTimersByTimeAsync(0);
  link.pulse(pulse({ tries: 1 }));
  link.pulse(pulse({ tries: 2 }));
  await vi.advanceTimersByTimeAsync(3000);
  link.pulse(pulse({ tries: 2 }));
  await vi.advanceTimersByTimeAsync(3000);
  const bodies = post.mock.calls.map(([, body]) => body as { seq: number; tries: number });
  expect(bodies.map((body) => [body.seq, body.tries])).toEqual([
    [5, 0],
    [6, 2],
  ]);
});

it("says nothing outside a period", async () => {
  const { link, post } = setUp(null);
  link.pulse(pulse());
  await vi.advanceTimersByTimeAsync(4000);
  expect([post.mock.calls.length, await link.hand(true), await link.vote("1", "A")]).toEqual([
    0,
    false,
    false,
  ]);
});

it("asks with the tag it has, hears only news, and asks less often while the network is away", async () => {
  const { link, heard } = setUp();
  const answers: (() => Response)[] = [
    () =>
      new Response(JSON.stringify({ live: { ...LIVE, version: 2 } }), {
        status: 200,
        headers: { ETag: '"p.2"' },
      }),
    () => new Response(null, { status: 304 }),
  ];
  const asked: (string | undefined)[] = [];
  vi.stubGlobal("fetch", async (_: string, init: { headers: Record<string, string> }) => {
    asked.push(init.headers["If-None-Match"]);
    const next = answers.shift();
    if (!next) throw new Error("no network");
    return next();
  });
  link.start();
  await vi.advanceTimersByTimeAsync(3400);
  await vi.advanceTimersByTimeAsync(3400);
  expect(asked).toEqual([undefined, '"p.2"']);
  expect(heard).toHaveBeenCalledOnce();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length - before).toBeLessThanOrEqual(3);
  link.stop();
});

it("knows whether a hand is up only when the server does", async () => {
  const { link, post } = setUp();
  await link.hand(true);
  expect(link.handUp).toBe(true);
  post.mockResolvedValueOnce(false);
  await link.hand(false);
  expect(link.handUp).toBe(true);
});
