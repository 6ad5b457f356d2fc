// Shows a lab as a pupil left it: it can be looked at and tried, nothing of it is kept.

import "./work.css";
import type { LabHost, LabSpec } from "../../labs/host";

interface Shown {
  spec: LabSpec;
  state: unknown;
  datasets: Record<string, string>;
}

function hostFor(shown: Shown, said: HTMLElement | null): LabHost {
  return {
    state: () => shown.state,
    save: () => undefined,
    reached: () => undefined,
    did: () => undefined,
    datasetUrl: (name, file = "") =>
      (shown.datasets[name] ?? `/content/datasets/${encodeURIComponent(name)}/`) + encodeURIComponent(file),
    say: (text) => {
      if (said) said.textContent = text;
    },
  };
}

for (const section of document.querySelectorAll<HTMLElement>("[data-work-lab]")) {
  const note = section.querySelector<HTMLElement>("[data-note]");
  const root = section.querySelector<HTMLElement>("[data-root]");
  const source = section.querySelector("script[type='application/json']");
  if (!root || !source) continue;
  const shown = JSON.parse(source.textContent ?? "{}") as Shown;
  import("../../labs/registry")
    .then(async ({ loadLab }) =>
      (await loadLab(shown.spec.id)).mount(
        root,
        shown.spec,
        hostFor(shown, section.querySelector("[data-said]")),
      ),
    )
    .then(() => note?.remove())
    .catch(() => {
      if (note) note.textContent = "作品没有打开，请检查网络后刷新这一页。";
    });
}
