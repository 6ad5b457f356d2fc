// Lab: a robot on a grid that learns from rewards; the pupil sets them, and sees what they really ask for.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadMazes } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "房间",
    (host, spec) => loadMazes(host, spec.dataset),
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
