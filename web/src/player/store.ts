// What stays on the device: the queue of things not yet sent, and drafts. IndexedDB, or memory where there is none.

import type { Json } from "./types";

export type Kind =
  | "attempt"
  | "hint"
  | "solution"
  | "progress"
  | "work"
  | "model"
  | "drop-model"
  | "act"
  | "free-work"
  | "free-act";

/** One thing waiting to be sent. `key` marks what a later entry of the same key replaces. */
export interface Entry {
  seq?: number;
  id: string;
  who: string;
  kind: Kind;
  key: string;
  body: Json;
  made: string;
  refused?: string;
}

export interface Store {
  add(entry: Entry): Promise<Entry>;
  /** Waiting entries of one pupil, oldest first. */
  waiting(who: string): Promise<Entry[]>;
  put(entry: Entry): Promise<void>;
  remove(seqs: number[]): Promise<void>;
  othersWaiting(who: string): Promise<number>;
  draft(key: string): Promise<Json | undefined>;
  keepDraft(key: string, value: Json): Promise<void>;
  dropDrafts(prefix: string): Promise<void>;
  /** False when nothing survives a reload (private window, storage switched off). */
  readonly lasting: boolean;
}

export class MemoryStore implements Store {
  readonly lasting = false;
  private entries = new Map<number, Entry>();
  private drafts = new Map<string, Json>();
  private next = 1;

  async add(entry: Entry): Promise<Entry> {
    const kept = { ...entry, seq: this.next++ };
    this.entries.set(kept.seq, kept);
    return kept;
  }
  async waiting(who: string): Promise<Entry[]> {
    return [...this.entries.values()].filter((entry) => entry.who === who).map((entry) => ({ ...entry }));
  }
  async put(entry: Entry): Promise<void> {
    if (entry.seq !== undefined && this.entries.has(entry.seq)) this.entries.set(entry.seq, { ...entry });
  }
  async remove(seqs: number[]): Promise<void> {
    for (const seq of seqs) this.entries.delete(seq);
  }
  async othersWaiting(who: string): Promise<number> {
    return [...this.entries.values()].filter((entry) => entry.who !== who).length;
  }
  async draft(key: string): Promise<Json | undefined> {
    return this.drafts.get(key);
  }
  async keepDraft(key: string, value: Json): Promise<void> {
    this.drafts.set(key, value);
  }
  async dropDrafts(prefix: string): Promise<void> {
    for (const key of [...this.drafts.keys()]) if (key.startsWith(prefix)) this.drafts.delete(key);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class IndexedStore implements Store {
  readonly lasting = true;
  constructor(private db: IDBDatabase) {}

  private at(name: "queue" | "drafts", mode: IDBTransactionMode): IDBObjectStore {
    return this.db.transaction(name, mode).objectStore(name);
  }
  async add(entry: Entry): Promise<Entry> {
    const { seq: _, ...bare } = entry;
    const seq = await done(this.at("queue", "readwrite").add(bare));
    return { ...bare, seq: seq as number };
  }
  async waiting(who: string): Promise<Entry[]> {
    const all = await done(this.at("queue", "readonly").index("who").getAll(who));
    return (all as Entry[]).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  }
  async put(entry: Entry): Promise<void> {
    const queue = this.at("queue", "readwrite");
    if (entry.seq !== undefined && (await done(queue.getKey(entry.seq))) !== undefined)
      await done(queue.put(entry));
  }
  async remove(seqs: number[]): Promise<void> {
    const queue = this.at("queue", "readwrite");
    await Promise.all(seqs.map((seq) => done(queue.delete(seq))));
  }
  async othersWaiting(who: string): Promise<number> {
    const queue = this.at("queue", "readonly");
    const [all, mine] = await Promise.all([done(queue.count()), done(queue.index("who").count(who))]);
    return all - mine;
  }
  async draft(key: string): Promise<Json | undefined> {
    return (await done(this.at("drafts", "readonly").get(key))) as Json | undefined;
  }
  async keepDraft(key: string, value: Json): Promise<void> {
    await done(this.at("drafts", "readwrite").put(value, key));
  }
  async dropDrafts(prefix: string): Promise<void> {
    await done(this.at("drafts", "readwrite").delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
  }
}

/** The device's store; memory when the browser gives no database within two seconds. */
export async function openStore(): Promise<Store> {
  try {
    const opening = indexedDB.open("qiming-learn", 1);
    opening.onupgradeneeded = () => {
      const queue = opening.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
      queue.createIndex("who", "who");
      opening.result.createObjectStore("drafts");
    };
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("slow")), 2000));
    return new IndexedStore(await Promise.race([done(opening), late]));
  } catch {
    return new MemoryStore();
  }
}
