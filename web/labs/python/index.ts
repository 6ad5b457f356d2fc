// Lab: change a small Python program, run it in the browser, and let hidden checks say whether it does what it should.
import "../labs.css";
import "./lab.css";
import { button, h, redraw } from "../dom";
import type { Lab, LabHost, LabSpec } from "../host";
import { Bench } from "./bench";
import { parts, sealedWorker } from "./runtime";
import { loadTask } from "./task";
import { View } from "./view";

const MEANS = { parts, worker: sealedWorker };

class PythonLab implements Lab {
  private view: View | null = null;
  private bench: Bench | null = null;
  private gone = false;

  async mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void> {
    try {
      const task = await loadTask(host, spec.dataset, String(spec.settings["task"] ?? ""));
      if (this.gone) return;
      root.replaceChildren();
      const bench = new Bench(
        task,
        spec,
        host,
        MEANS,
        () => this.view?.draw(),
        () => this.view?.printed(),
      );
      this.bench = bench;
      this.view = new View(root, bench);
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
      h("strong", {}, "任务没有取到"),
      h("p", {}, "你做过的都还在。检查一下网络，再试一次。"),
      button("再试一次", again, { key: "again" }),
    ),
  );
}

export function create(): Lab {
  return new PythonLab();
}
