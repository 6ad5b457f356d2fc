// Lab: programs of blocks for a robot, a stage, and a belt sorted by the pupil's own model.
import "../labs.css";
import "./lab.css";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { loadSupply } from "./supply";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "传送带上的东西",
    (host, spec) => loadSupply(host, spec.dataset),
    (root, supply, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(
        supply,
        spec,
        host,
        () => view?.draw(),
        () => view?.move(),
      );
      view = new View(root, bench);
      return () => {
        bench.close();
        view?.close();
        view = null;
      };
    },
  );
}
