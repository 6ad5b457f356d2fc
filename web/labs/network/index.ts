// Lab: a neural network that pupils build, train and look into.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadTable } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "数据",
    (host, spec) => loadTable(host, spec.dataset),
    (root, table, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(
        readSettings(spec.settings, table),
        spec,
        host,
        () => view?.draw(),
        () => view?.move(),
      );
      view = new View(root, bench, `数据：${table.title}。${table.origin}。`);
      return () => {
        bench.close();
        view?.close();
        view = null;
      };
    },
  );
}
