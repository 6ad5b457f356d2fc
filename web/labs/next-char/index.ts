// Lab: what comes next? Characters counted from small texts, a little net that learns them, and why both make things up.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadProse } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "短文",
    (host, spec) => loadProse(host, spec.dataset),
    (root, set, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(
        readSettings(spec.settings, set),
        spec,
        host,
        () => view?.draw(),
        () => view?.move(),
      );
      view = new View(root, bench, `数据：${set.title}。${set.origin}。`);
      return () => {
        bench.close();
        view?.close();
        view = null;
      };
    },
  );
}
