// The pupil's trained models: on this device at once, on the server soon after, the same from every lesson.

import { MOST_BYTES, MOST_MODELS, readModel, type TrainedModel, weightBytes } from "../../labs/models";
import { newId } from "./ids";
import type { Outbox } from "./outbox";
import type { Store } from "./store";
import type { Transport } from "./transport";
import type { Json, PageData } from "./types";

export class Shelf {
  private readonly key: string;

  constructor(
    private readonly page: PageData,
    private readonly store: Store,
    /** None while a teacher tries: then a model lives as long as the page. */
    private readonly outbox: Outbox | null,
    private readonly transport: Transport,
  ) {
    this.key = `${page.who}/models`;
  }

  private async here(): Promise<TrainedModel[]> {
    const kept = (await this.store.draft(this.key).catch(() => undefined)) ?? [];
    return readAll(kept);
  }

  private async write(models: TrainedModel[]): Promise<void> {
    await this.store.keepDraft(this.key, models as unknown as Json).catch(() => undefined);
  }

  /** Newest first: what the server has, and what this device has not sent yet. */
  async all(): Promise<TrainedModel[]> {
    const mine = await this.here();
    if (!this.outbox) {
      const own = new Set(mine.map(({ id }) => id));
      return [...mine, ...readAll(this.page.models ?? []).filter(({ id }) => !own.has(id))];
    }
    const [answer, waiting] = await Promise.all([
      this.transport.get?.("models") ?? null,
      this.store.waiting(this.page.who).catch(() => []),
    ]);
    if (answer === null) return mine;
    const changed = new Set(
      waiting.filter((one) => !one.refused && MODEL_KINDS.has(one.kind)).map((one) => one.key),
    );
    const theirs = readAll((answer as { models?: Json }).models ?? []);
    const models = [
      ...mine.filter(({ id }) => changed.has(id)),
      ...theirs.filter(({ id }) => !changed.has(id)),
    ];
    await this.write(models);
    return models;
  }

  /** "" when it is kept, else why not. */
  async keep(model: TrainedModel, activity: string): Promise<string> {
    if (weightBytes(model) > MOST_BYTES) return "这个模型太大，放不下。少用一些样本再学一次，再留下。";
    const others = (await this.all()).filter(({ id }) => id !== model.id);
    if (others.length >= MOST_MODELS) return `已经留了 ${MOST_MODELS} 个模型。先删掉一个不用的，再留这个。`;
    await this.write([model, ...others]);
    const { offering, lesson } = this.page;
    const body = { offering: offering || null, lesson, activity, model: model as unknown as Json };
    await this.outbox?.add("model", newId(), body, model.id);
    return "";
  }

  async drop(id: string): Promise<void> {
    await this.write((await this.here()).filter((one) => one.id !== id));
    await this.outbox?.add("drop-model", newId(), { id }, id);
  }
}

const MODEL_KINDS: ReadonlySet<string> = new Set(["model", "drop-model"]);

function readAll(value: Json): TrainedModel[] {
  return Array.isArray(value) ? value.map(readModel).filter((one) => one !== null) : [];
}
