// Lab: words as places. Which lie near each other, what directions mean, and how a leaning text makes words lean.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadWords } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "词",
    (host, spec) => loadWords(host, spec.dataset),
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
