// Lab: how a search finds its way through a maze, what it opens on the way and what the way costs.
import "../labs.css";
import "./lab.css";
import { loadMazes } from "../datasets";
import { fetchedLab } from "../fetched";
import type { Lab } from "../host";
import { Bench } from "./bench";
import { readMaze } from "./model";
import { View } from "./view";

export function create(): Lab {
  return fetchedLab(
    "迷宫",
    async (host, spec) => {
      const set = await loadMazes(host, spec.dataset);
      if (!set.mazes.length || set.mazes.some(({ map }) => !readMaze(map))) throw new Error("no maze");
      return set;
    },
    (root, set, spec, host) => {
      let view: View | null = null;
      const bench = new Bench(
        set,
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
