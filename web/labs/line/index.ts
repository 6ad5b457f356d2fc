// Lab: a line through points, laid by hand, walked to downhill, or worked out at once.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadTable } from "../datasets";
import { button, h, redraw } from "../dom";
import type { Lab, LabHost, LabSpec } from "../host";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

class LineLab implements Lab {
  private view: View | null = null;
  private gone = false;

  async mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void> {
    try {
      const table = await loadTable(host, spec.dataset);
      if (this.gone) return;
      root.replaceChildren();
      const bench = new Bench(readSettings(spec.settings, table), spec, host, () => this.view?.draw());
      this.view = new View(root, bench, `数据：${table.title}。${table.origin}。`);
    } catch (error) {
      console.error(error);
      if (!this.gone) unreachable(root, () => void this.mount(root, spec, host));
    }
  }

  unmount(): void {
    this.gone = true;
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
      h("strong", {}, "数据没有取到"),
      h("p", {}, "你做过的都还在。检查一下网络，再试一次。"),
      button("再试一次", again, { key: "again" }),
    ),
  );
}

export function create(): Lab {
  return new LineLab();
}
