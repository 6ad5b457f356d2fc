// Which labs there are. Each is fetched only when a page shows it. A new lab is one line here and one folder.
import type { Lab, LabHost, LabSpec } from "./host";

export { withoutLocal } from "./host";

const LABS: Record<string, () => Promise<{ create: () => Lab }>> = {
  maze: () => import("./maze/index"),
  "image-classifier": () => import("./image-classifier/index"),
  "decision-tree": () => import("./decision-tree/index"),
  python: () => import("./python/index"),
  points: () => import("./points/index"),
  line: () => import("./line/index"),
  network: () => import("./network/index"),
  sound: () => import("./sound/index"),
  kernel: () => import("./kernel/index"),
  text: () => import("./text/index"),
  reward: () => import("./reward/index"),
  embeddings: () => import("./embeddings/index"),
  blocks: () => import("./blocks/index"),
  rules: () => import("./rules/index"),
  "next-char": () => import("./next-char/index"),
  data: () => import("./data/index"),
  ethics: () => import("./ethics/index"),
};

export async function loadLab(id: string): Promise<Lab> {
  const load = LABS[id];
  if (!load) throw new Error(`no lab called ${id}`);
  return (await load()).create();
}

/** The settings a page put into a section as JSON. */
export function readSpec(section: HTMLElement): LabSpec {
  const script = section.querySelector<HTMLScriptElement>(
    "script[data-lab-spec], script[type='application/json']",
  );
  const given = JSON.parse(script?.textContent || "{}") as Partial<LabSpec>;
  return {
    id: given.id ?? section.dataset["lab"] ?? "",
    dataset: given.dataset ?? "",
    settings: given.settings ?? {},
    goals: given.goals ?? [],
    hints: given.hints ?? [],
  };
}

/** Mounts the lab a section asks for, in a child of it, so that the settings stay where they were. */
export async function mountLab(section: HTMLElement, host: LabHost): Promise<Lab> {
  const spec = readSpec(section);
  const root = document.createElement("div");
  section.append(root);
  const lab = await loadLab(spec.id);
  await lab.mount(root, spec, host);
  return lab;
}
