// Everything a pupil does goes through here: kept on the device first, then sent once and in order.

import type { Entry, Kind, Store } from "./store";
import type { Sent, Transport } from "./transport";
import type { AttemptResult, Json } from "./types";

export type Sending = "saved" | "sending" | "offline" | "signed-out";

export interface OutboxState {
  sending: Sending;
  waiting: number;
  refused: Entry[];
}

export interface Listener {
  /** The server's word on one entry; `null` body when it refused (the reason is in `entry.refused`). */
  result?(entry: Entry, body: Json | null): void;
  state?(state: OutboxState): void;
}

export interface OutboxOptions {
  who: string;
  store: Store;
  transport: Transport;
  /** Runs `work` while no other tab sends. */
  alone?: <T>(work: () => Promise<T>) => Promise<T>;
  later?: (work: () => void, ms: number) => unknown;
  random?: () => number;
}

const BATCH = 20;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const PATHS: Record<Kind, ["POST" | "PUT", string]> = {
  attempt: ["POST", "attempts"],
  hint: ["POST", "hints"],
  solution: ["POST", "solution"],
  progress: ["PUT", "progress"],
  work: ["PUT", "works"],
  model: ["PUT", "models"],
  "drop-model": ["POST", "models/drop"],
  act: ["POST", "acts"],
  "free-work": ["PUT", "labs/works"],
  "free-act": ["POST", "labs/acts"],
};
/** Kinds that go several to a request, and what the request calls them. */
const BATCHED: Partial<Record<Kind, string>> = { attempt: "attempts", act: "acts", "free-act": "acts" };

/** One at a time over all tabs where the browser can; else the server's idempotency is enough. */
function aloneInBrowser<T>(work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  return locks ? (locks.request("qiming-outbox", work) as Promise<T>) : work();
}

export class Outbox {
  private listeners: Listener[] = [];
  private running: Promise<void> | null = null;
  private again = false;
  private failures = 0;
  private timer: unknown = null;
  private sending: Sending = "saved";
  private readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  private readonly later: (work: () => void, ms: number) => unknown;
  private readonly random: () => number;

  constructor(private readonly options: OutboxOptions) {
    this.alone = options.alone ?? aloneInBrowser;
    this.later = options.later ?? ((work, ms) => setTimeout(work, ms));
    this.random = options.random ?? Math.random;
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Keeps an act on the device and starts sending; resolves as soon as it is kept. */
  async add(kind: Kind, id: string, body: Json, key = ""): Promise<void> {
    const { store, who } = this.options;
    if (key) await this.replaceWaiting(kind, key);
    await store.add({ id, who, kind, key, body, made: new Date().toISOString() });
    await this.tell("sending");
    void this.flush();
  }

  /** Sends what waits; called on start, when the network returns and after each act. */
  flush(): Promise<void> {
    this.again = true;
    this.running ??= this.rounds().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** When nothing is being sent any more. */
  get idle(): Promise<void> {
    return this.running ?? Promise.resolve();
  }

  private async rounds(): Promise<void> {
    while (this.again) {
      this.again = false;
      await this.alone(() => this.round()).catch(() => this.fail("offline"));
    }
  }

  async forget(entry: Entry): Promise<void> {
    if (entry.seq !== undefined) await this.options.store.remove([entry.seq]);
    await this.tell(this.sending);
  }

  /** A draft written again before it was sent: only the newest goes. One being sent stays and is sent over. */
  private async replaceWaiting(kind: Kind, key: string): Promise<void> {
    if (this.running) return;
    const { store, who } = this.options;
    const old = (await store.waiting(who)).filter((e) => e.kind === kind && e.key === key && !e.refused);
    await store.remove(old.map((entry) => entry.seq ?? -1));
  }

  private async round(): Promise<void> {
    for (;;) {
      const queue = (await this.options.store.waiting(this.options.who)).filter((entry) => !entry.refused);
      const batch = takeBatch(queue);
      const first = batch[0];
      if (!first) break;
      const [method, path] = PATHS[first.kind];
      const sent = await this.options.transport.send(method, path, bodyOf(batch));
      if (!(await this.settle(batch, sent))) return;
    }
    this.failures = 0;
    await this.tell("saved");
  }

  private async settle(batch: Entry[], sent: Sent): Promise<boolean> {
    if (sent.ok) {
      await this.accept(batch, sent.body);
      return true;
    }
    if (sent.why === "refused") {
      return this.refuse(batch, `${sent.problem.title}。${sent.problem.next}`);
    }
    await this.fail(sent.why === "signed-out" ? "signed-out" : "offline");
    return false;
  }

  private async accept(batch: Entry[], body: Json): Promise<void> {
    await this.options.store.remove(batch.map((entry) => entry.seq ?? -1));
    for (const entry of batch) for (const l of this.listeners) l.result?.(entry, resultFor(entry, body));
  }

  /** One refused batch is tried one by one, so that one bad entry never holds up its neighbours. */
  private async refuse(batch: Entry[], reason: string): Promise<boolean> {
    const [only, ...others] = batch;
    if (others.length) {
      for (const entry of batch) {
        const [method, path] = PATHS[entry.kind];
        if (!(await this.settle([entry], await this.options.transport.send(method, path, bodyOf([entry])))))
          return false;
      }
    } else if (only) {
      only.refused = reason;
      await this.options.store.put(only);
      for (const l of this.listeners) l.result?.(only, null);
    }
    return true;
  }

  private async fail(sending: Sending): Promise<void> {
    this.failures += 1;
    await this.tell(sending);
    if (this.timer !== null || sending === "signed-out") return;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.failures - 1), LONGEST_WAIT_MS);
    this.timer = this.later(
      () => {
        this.timer = null;
        void this.flush();
      },
      wait * (0.75 + this.random() / 2),
    );
  }

  private async tell(sending: Sending): Promise<void> {
    this.sending = sending;
    const entries = await this.options.store.waiting(this.options.who);
    const refused = entries.filter((entry) => entry.refused);
    const waiting = entries.length - refused.length;
    const state = { sending: waiting ? sending : ("saved" as const), waiting, refused };
    for (const l of this.listeners) l.state?.(state);
  }
}

/** The run at the head of the queue that may go in one request: answers of one offering, acts of one step. */
export function takeBatch(queue: Entry[]): Entry[] {
  const first = queue[0];
  if (!first) return [];
  if (!BATCHED[first.kind]) return [first];
  const batch: Entry[] = [];
  for (const entry of queue) {
    if (batch.length >= BATCH || entry.kind !== first.kind || groupOf(entry) !== groupOf(first)) break;
    batch.push(entry);
  }
  return batch;
}

function groupOf(entry: Entry): string {
  const body = entry.body as { group: { [key: string]: Json } };
  return JSON.stringify(body.group);
}

function bodyOf(batch: Entry[]): Json {
  const first = batch[0];
  if (!first) return null;
  const many = BATCHED[first.kind];
  if (!many) return first.body;
  const { group } = first.body as { group: { [key: string]: Json } };
  return { ...group, [many]: batch.map((entry) => (entry.body as { one: Json }).one) };
}

function resultFor(entry: Entry, body: Json): Json {
  if (entry.kind !== "attempt") return body;
  const results = (body as unknown as { results: AttemptResult[] }).results;
  return (results.find((result) => result.id === entry.id) ?? null) as unknown as Json;
}
