// A host for pages without a player, such as a teacher trying a lab: work lives as long as the browser tab.
import type { Camera, LabHost } from "./host";

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

  datasetUrl(name: string, file = ""): string {
    return `${this.datasets}${encodeURIComponent(name)}/${encodeURIComponent(file)}`;
  }

  say(text: string): void {
    if (this.live) this.live.textContent = text;
  }
}
