// Lab: the studio of ethics: who made it, what should be done, and how a program that claims to tell is fooled.
import "../labs.css";
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
