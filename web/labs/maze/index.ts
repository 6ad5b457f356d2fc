// Lab: how a search finds its way through a maze, what it opens on the way and what the way costs.
import "../labs.css";
import "./lab.css";
import { loadMazes } from "../datasets";
import { button, h, redraw } from "../dom";
import type { Lab, LabHost, LabSpec } from "../host";
import { Bench } from "./bench";
import { readMaze } from "./model";
import { View } from "./view";

class MazeLab implements Lab {
  private view: View | null = null;
  private bench: Bench | null = null;
  private gone = false;

  async mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void> {
    try {
      const set = await loadMazes(host, spec.dataset);
      if (!set.mazes.length || set.mazes.some(({ map }) => !readMaze(map))) throw new Error("no maze");
      if (this.gone) return;
      root.replaceChildren();
      this.bench = new Bench(set, spec, host, () => this.view?.draw());
      this.view = new View(root, this.bench);
    } catch (error) {
      console.error(error);
      if (!this.gone) unreachable(root, () => void this.mount(root, spec, host));
    }
  }

  unmount(): void {
    this.gone = true;
    this.bench?.close();
    this.view?.close();
    this.view = null;
  }
}

function unreachable(root: HTMLElement, again: () => void): void {
  redraw(
    root,
    h(
      "div",
      { class: "blank", role: "alert" },
      h("strong", {}, "迷宫没有取到"),
      h("p", {}, "你做过的都还在。检查一下网络，再试一次。"),
      button("再试一次", again, { key: "again" }),
    ),
  );
}

export function create(): Lab {
  return new MazeLab();
}
