// Lab: if–then rules that a pupil puts together, a machine that draws every conclusion from them, and cases they fail on.
import "../labs.css";
import "../plane.css";
import "./lab.css";
import { loadRules } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "例子",
    (host, spec) => loadRules(host, spec.dataset),
    (root, set, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(readSettings(spec.settings, set), spec, host, () => view?.draw());
      view = new View(root, bench, `数据：${set.title}。${set.origin}。`);
      return () => {
        view?.close();
        view = null;
      };
    },
  );
}
