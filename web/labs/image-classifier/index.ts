// Lab: teach a machine to tell pictures apart, then test it with pictures it has not seen.
import "../labs.css";
import "./lab.css";
import { loadImages } from "../datasets";
import type { Lab, LabHost, LabSpec } from "../host";
import { Bench } from "./bench";
import { unreachable, View } from "./view";

class ImageClassifier implements Lab {
  private bench: Bench | null = null;
  private view: View | null = null;
  private gone = false;

  async mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void> {
    try {
      const set = await loadImages(host, spec.dataset);
      if (this.gone) return;
      root.replaceChildren();
      this.bench = new Bench(set, spec, host, () => this.view?.ask());
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
    this.bench = null;
    this.view = null;
  }
}

export function create(): Lab {
  return new ImageClassifier();
}
