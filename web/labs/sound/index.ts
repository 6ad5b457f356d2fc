// Lab: teach a machine to tell sounds apart, see what it hears, and find out what noise does to it.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadSounds } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "声音",
    (host, spec) => loadSounds(host, spec.dataset),
    (root, set, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(set, spec, host, () => view?.ask());
      view = new View(root, bench);
      return () => {
        bench.close();
        view?.close();
        view = null;
      };
    },
  );
}
