// Lab: programs of blocks for a robot, a stage, and a belt sorted by the pupil's own model.
import "../labs.css";
import "./lab.css";
import { fetchKind, loadImages, loadTable } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab, LabHost, LabSpec } from "../host";
import { Bench } from "./bench";
import type { Supply } from "./things";
import { View } from "./view";

async function fetched(host: LabHost, spec: LabSpec): Promise<Supply> {
  const kind = await fetchKind(host, spec.dataset);
  if (kind === "images") return { of: "pictures", set: await loadImages(host, spec.dataset) };
  return { of: "rows", set: await loadTable(host, spec.dataset) };
}

export function create(): Lab {
  return fetchedLab("传送带上的东西", fetched, (root, supply, spec, host) => {
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
  });
}
