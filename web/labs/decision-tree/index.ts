// Lab: sort the rows of a table by asking questions, by hand and by a learner, and test both.
import "../labs.css";
import "./lab.css";
import { loadTable } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Grove } from "./grove";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "数据",
    (host, spec) => loadTable(host, spec.dataset),
    (root, table, spec, host) => {
      let view: View | null = null;
      view = new View(root, new Grove(table, spec, host, () => view?.draw()));
      return () => {
        view?.close();
        view = null;
      };
    },
  );
}
