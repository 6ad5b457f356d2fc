// Lab: teach a machine to sort letters by counting words, and see which words decide.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadTexts } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "句子",
    (host, spec) => loadTexts(host, spec.dataset),
    (root, set, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(set, spec, host, () => view?.draw());
      view = new View(root, bench);
      return () => {
        view?.close();
        view = null;
      };
    },
  );
}
