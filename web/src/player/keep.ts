// Autosave: what a pupil wrote in an activity, kept on the device at once and sent soon after.

import { withoutLocal } from "../../labs/host";
import { newId } from "./ids";
import type { Outbox } from "./outbox";
import type { Store } from "./store";
import type { Field, Fields, Json, PageData, WorkPast } from "./types";

const SOON_MS = 700;
const LONGEST_MS = 4_000;
/** A step made of picked items (homework, practice) exists on the page only; its place is kept on the device. */
const PICKED = "picked";

export function newer(one: Field, other: Field | undefined): boolean {
  if (!other) return true;
  const [a, b] = [Date.parse(one.at), Date.parse(other.at)];
  return a > b || (a === b && JSON.stringify(one.v) > JSON.stringify(other.v));
}

/** The later writing of each field; the same rule as on the server. */
export function mergeFields(mine: Fields, theirs: Fields): Fields {
  const merged: Fields = { ...mine };
  for (const [name, field] of Object.entries(theirs)) if (newer(field, merged[name])) merged[name] = field;
  return merged;
}

/** The state as it may leave the device before it is handed in: what lies under `local` and pictures stay here. */
export function bare(state: Json): Json {
  return withoutPictures(withoutLocal(state) as Json);
}

function withoutPictures(state: Json): Json {
  if (typeof state === "string") return state.startsWith("data:image/") ? "" : state;
  if (Array.isArray(state)) return state.map(withoutPictures);
  if (state === null || typeof state !== "object") return state;
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, withoutPictures(value)]));
}

/** The state as it is handed in: with pictures, never with recordings of the microphone. */
export function handedIn(state: Json): Json {
  if (typeof state === "string") return state.startsWith("data:audio/") ? "" : state;
  if (Array.isArray(state)) return state.map(handedIn);
  if (state === null || typeof state !== "object") return state;
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, handedIn(value)]));
}

export type WorkKind = "lab" | "reflection" | "task";

export class Keeper {
  private readonly fields = new Map<string, Fields>();
  private readonly doneSteps = new Set<string>();
  private readonly works = new Map<string, WorkPast>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly page_ = newId().slice(0, 8);
  private readonly listeners: ((activity: string) => void)[] = [];

  constructor(
    private readonly page: PageData,
    private readonly store: Store,
    private readonly outbox: Outbox | null,
    private readonly tell: (activity: string, fields: Fields, done: boolean) => void = () => undefined,
  ) {}

  /** Joins what the server knew with what this device kept; what only the device has is sent. */
  async start(): Promise<void> {
    for (const step of this.page.activities) {
      const past = this.page.progress[step.key];
      const kept = (await this.store.draft(this.key("p", step.key))) as
        | { fields: Fields; done: boolean }
        | undefined;
      const server = past?.fields ?? {};
      const merged = mergeFields(server, kept?.fields ?? {});
      this.fields.set(step.key, merged);
      if (past?.done || kept?.done) this.doneSteps.add(step.key);
      const unsent = Object.entries(merged).some(([name, field]) => newer(field, server[name]));
      if (unsent || (kept?.done && !past?.done)) this.send(step.key);
      await this.startWork(step.key);
    }
  }

  private async startWork(activity: string): Promise<void> {
    const past = this.page.works[activity];
    const kept = (await this.store.draft(this.key("w", activity))) as unknown as
      | (WorkPast & { kind: WorkKind })
      | undefined;
    const mine = kept && (!past || Date.parse(kept.at) > Date.parse(past.at));
    if (kept && (mine || sameBare(kept.state, past?.state ?? null))) {
      this.works.set(activity, { ...kept, handed_in: past?.handed_in ?? kept.handed_in });
      if (mine) this.sendWork(activity, kept.kind, false);
    } else if (past)
      this.works.set(activity, kept ? { ...past, state: withLocalOf(past.state, kept.state) } : past);
  }

  onChange(listener: (activity: string) => void): void {
    this.listeners.push(listener);
  }

  value(activity: string, name: string): Json | undefined {
    return this.fields.get(activity)?.[name]?.v;
  }

  write(activity: string, name: string, value: Json): void {
    const fields = this.fields.get(activity) ?? {};
    if (JSON.stringify(fields[name]?.v) === JSON.stringify(value)) return;
    fields[name] = { v: value, at: new Date().toISOString() };
    this.fields.set(activity, fields);
    this.keepLocally(activity);
    this.soon(activity, () => this.send(activity));
  }

  isDone(activity: string): boolean {
    return this.doneSteps.has(activity);
  }

  done(activity: string): void {
    if (this.doneSteps.has(activity)) return;
    this.doneSteps.add(activity);
    this.keepLocally(activity);
    this.send(activity);
    for (const listener of this.listeners) listener(activity);
  }

  /** Another tab wrote; take what is newer. */
  heard(activity: string, fields: Fields, done: boolean): void {
    this.fields.set(activity, mergeFields(this.fields.get(activity) ?? {}, fields));
    if (done) this.doneSteps.add(activity);
    for (const listener of this.listeners) listener(activity);
  }

  work(activity: string): WorkPast | undefined {
    return this.works.get(activity);
  }

  saveWork(activity: string, kind: WorkKind, state: Json): void {
    const past = this.works.get(activity);
    const now = new Date().toISOString();
    const work: WorkPast = {
      state,
      version: past?.version ?? 0,
      at: now,
      handed_in: past?.handed_in ?? null,
    };
    this.works.set(activity, work);
    this.keepWork(activity, kind);
    this.soon(`w/${activity}`, () => this.sendWork(activity, kind, false));
  }

  handIn(activity: string, kind: WorkKind): void {
    const work = this.works.get(activity);
    if (!work) return;
    work.handed_in = new Date().toISOString();
    this.keepWork(activity, kind);
    this.sendWork(activity, kind, true);
  }

  /** The server kept a work under this version. */
  workKept(activity: string, version: number): void {
    const work = this.works.get(activity);
    if (work) work.version = version;
  }

  /** Everything not yet in the queue goes there now: the page is being left. */
  hurry(): void {
    for (const [name, timer] of [...this.timers]) {
      clearTimeout(timer);
      this.timers.delete(name);
      this.since.delete(name);
      this.waiting.get(name)?.();
      this.waiting.delete(name);
    }
  }

  private readonly waiting = new Map<string, () => void>();
  private readonly since = new Map<string, number>();

  /** When it has been quiet for a moment; of what never rests (a lab that trains), every few seconds all the same. */
  private soon(name: string, work: () => void): void {
    clearTimeout(this.timers.get(name));
    this.waiting.set(name, work);
    const began = this.since.get(name) ?? Date.now();
    this.since.set(name, began);
    this.timers.set(
      name,
      setTimeout(
        () => {
          this.timers.delete(name);
          this.since.delete(name);
          this.waiting.delete(name);
          work();
        },
        Math.max(0, Math.min(SOON_MS, began + LONGEST_MS - Date.now())),
      ),
    );
  }

  /** The period going on; what is done after class is the pupil's own learning. */
  private get period(): string | null {
    const { live } = this.page;
    return live && !live.ended ? live.period : null;
  }

  private key(kind: "p" | "w", activity: string): string {
    return `${this.page.who}/${this.page.offering}/${this.page.lesson}/${kind}/${activity}`;
  }

  private keepLocally(activity: string): void {
    const fields = this.fields.get(activity) ?? {};
    const done = this.doneSteps.has(activity);
    void this.store
      .keepDraft(this.key("p", activity), { fields, done } as unknown as Json)
      .catch(() => undefined);
    this.tell(activity, fields, done);
  }

  private keepWork(activity: string, kind: WorkKind): void {
    const work = { ...this.works.get(activity), kind };
    void this.store.keepDraft(this.key("w", activity), work as unknown as Json).catch(() => undefined);
  }

  private send(activity: string): void {
    // Free play has no progress beside its work: labs keep in their state what was reached.
    if (activity === PICKED || this.page.mode === "free") return;
    const fields = this.fields.get(activity) ?? {};
    const body = {
      offering: this.page.offering,
      lesson: this.page.lesson,
      activity,
      period: this.period,
      fields: fields as unknown as Json,
      done: this.doneSteps.has(activity),
    };
    void this.outbox?.add("progress", newId(), body, `${this.page.lesson}/${activity}`);
  }

  private sendWork(activity: string, kind: WorkKind, handIn: boolean): void {
    const work = this.works.get(activity);
    if (!work || !this.outbox) return;
    const id = newId();
    const body = {
      id,
      offering: this.page.offering,
      lesson: this.page.lesson,
      activity,
      kind,
      period: this.period,
      state: handIn ? handedIn(work.state) : bare(work.state),
      base: work.version,
      page: this.page_,
      at: work.at,
      hand_in: handIn,
    };
    const kind_ = this.page.mode === "free" ? "free-work" : "work";
    void this.outbox.add(kind_, id, body, handIn ? "" : `${this.page.lesson}/${activity}`);
  }
}

/** Work done elsewhere, with the pictures that stayed on this device. */
function withLocalOf(state: Json, kept: Json): Json {
  const plain = (value: Json): value is { [key: string]: Json } =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const local = plain(kept) ? kept["local"] : undefined;
  return plain(state) && local !== undefined ? { ...state, local } : state;
}

function sameBare(local: Json, server: Json): boolean {
  return JSON.stringify(bare(local)) === JSON.stringify(bare(server));
}
