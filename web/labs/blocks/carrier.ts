// What the belt carries for the model chosen: looked at as the model needs, in the light and the noise there is.
import type { LabHost } from "../host";
import type { TrainedModel } from "../models";
import { fits, loadSupply, type Supply, setFor, shared } from "./supply";
import { Things } from "./things";
import { type Around, type Thing, USUAL } from "./world";

/** Things nobody learnt from for one model, as it is asked with them: for programs that are no blocks. */
export async function thingsFor(model: TrainedModel, host: LabHost, most: number): Promise<readonly Thing[]> {
  const name = setFor(model, null);
  if (!name) return [];
  const supply = await loadSupply(host, name);
  if (!fits(model, supply)) throw new Error(`${name} does not suit the model`);
  const things = new Things(supply, most, (file) => host.datasetUrl(supply.set.key, file));
  try {
    return await things.for(model, USUAL);
  } finally {
    things.close();
  }
}

export class Carrier {
  /** The pupil's own models that something here can be put to. */
  models: TrainedModel[] = [];
  /** The things are being looked at. */
  busy = "";
  /** Why those for the model chosen are not there. */
  trouble = "";
  laid: readonly Thing[] = [];
  private readonly own: Things;
  /** What lies there now: the lesson's own, or what suits a model of another kind. */
  private things: Things;
  private readonly others = new Map<string, Promise<Things>>();
  private starter: TrainedModel | null = null;
  private key = "";

  constructor(
    supply: Supply,
    private readonly most: number,
    private readonly host: LabHost,
  ) {
    this.own = this.thingsOf(supply);
    this.things = this.own;
  }

  close(): void {
    this.own.close();
    for (const other of this.others.values()) void other.then((one) => one.close()).catch(() => undefined);
  }

  private thingsOf(supply: Supply): Things {
    return new Things(supply, this.most, (file) => this.host.datasetUrl(supply.set.key, file));
  }

  get supply(): Supply {
    return this.things.supply;
  }

  /** It carries something else than the lesson chose. */
  get away(): boolean {
    return this.things !== this.own;
  }

  async fetchModels(): Promise<void> {
    const all = (await this.host.models?.().catch(() => [])) ?? [];
    this.models = all.filter((model) => setFor(model, this.own.supply) !== null);
  }

  private chosen(id: string): TrainedModel | null {
    return this.models.find((one) => one.id === id) ?? null;
  }

  model(id: string): TrainedModel | null {
    return this.chosen(id) ?? this.starter;
  }

  labels(id: string): string[] {
    return shared(this.supply, this.chosen(id)).map(({ text }) => text);
  }

  /** Brings the things for a model; false when they lie there already, or others were asked for meanwhile. */
  async lay(id: string, around: Around, begun: () => void): Promise<boolean> {
    const key = `${id} ${JSON.stringify(around)}`;
    if (this.key === key) return false;
    this.key = key;
    this.busy = "正在看传送带上的东西…";
    this.trouble = "";
    begun();
    try {
      this.starter ??= await this.own.starter();
      const things = await this.suited(this.chosen(id));
      const laid = await things.for(this.model(id), around);
      if (this.key !== key) return false;
      this.things = things;
      this.laid = laid;
    } catch (error) {
      if (this.key !== key) return false;
      console.error(error);
      this.key = "";
      this.laid = [];
      this.trouble = "适合这个模型的东西没有打开。程序还在：换一个模型，或检查网络后再选一次。";
    }
    this.busy = "";
    return true;
  }

  /** Fetched when it is another data set than the lesson's. */
  private async suited(chosen: TrainedModel | null): Promise<Things> {
    const name = chosen ? setFor(chosen, this.own.supply) : null;
    if (!chosen || !name || name === this.own.supply.set.key) return this.own;
    const made = this.others.get(name) ?? loadSupply(this.host, name).then((supply) => this.thingsOf(supply));
    this.others.set(name, made);
    made.catch(() => this.others.delete(name));
    const found = await made;
    if (!fits(chosen, found.supply)) throw new Error(`${name} does not suit the model`);
    return found;
  }
}
