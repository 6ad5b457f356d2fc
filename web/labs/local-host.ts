// A host for pages without a player, such as a teacher trying a lab: work lives as long as the browser tab.
import type { Camera, LabHost } from "./host";
import { MOST_BYTES, MOST_MODELS, readModel, type TrainedModel, weightBytes } from "./models";

const SHELF = "lab:models";

export class LocalHost implements LabHost {
  constructor(
    private readonly key: string,
    private readonly datasets: string,
    private readonly live: HTMLElement | null,
  ) {}

  state(): unknown | null {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    } catch {
      return null; // storage is closed or holds something old: start afresh
    }
  }

  save(state: unknown): void {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(state));
    } catch {
      this.say("这个浏览器存不下了，关掉页面后这次的结果就没有了。");
    }
  }

  reached(): void {}

  did(): void {}

  camera(): Camera {
    return "allowed"; // a teacher's own device, nothing is kept
  }

  microphone(): Camera {
    return "allowed";
  }

  datasetUrl(name: string, file = ""): string {
    return `${this.datasets}${encodeURIComponent(name)}/${encodeURIComponent(file)}`;
  }

  async models(): Promise<TrainedModel[]> {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(SHELF) ?? "[]");
      return Array.isArray(kept) ? kept.map(readModel).filter((one) => one !== null) : [];
    } catch {
      return [];
    }
  }

  async keepModel(model: TrainedModel): Promise<string> {
    const others = (await this.models()).filter(({ id }) => id !== model.id);
    if (weightBytes(model) > MOST_BYTES) return "这个模型太大，放不下。少用一些样本再学一次，再留下。";
    if (others.length >= MOST_MODELS) return `已经留了 ${MOST_MODELS} 个模型。先删掉一个不用的，再留这个。`;
    return this.writeShelf([model, ...others]) ? "" : "这个浏览器存不下了。";
  }

  async dropModel(id: string): Promise<void> {
    this.writeShelf((await this.models()).filter((one) => one.id !== id));
  }

  private writeShelf(models: TrainedModel[]): boolean {
    try {
      sessionStorage.setItem(SHELF, JSON.stringify(models));
      return true;
    } catch {
      return false;
    }
  }

  say(text: string): void {
    if (this.live) this.live.textContent = text;
  }
}
