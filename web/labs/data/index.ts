// Lab: data from the first label to the audit: collect, label together, clean, plot, find whom a model fails.
import "../labs.css";
import "./lab.css";
import { loadTable } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "数据",
    (host, spec) => loadTable(host, spec.dataset),
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
