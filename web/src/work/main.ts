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
    camera: () => "absent",
    microphone: () => "absent",
    datasetUrl: (name, file = "") =>
      (shown.datasets[name] ?? `/content/datasets/${encodeURIComponent(name)}/`) + encodeURIComponent(file),
    say: (text) => {
      if (said) said.textContent = text;
    },
  };
}

const opening = new WeakSet<Element>();

/** Opens every lab on the page that is not open yet; a wall that redraws itself brings new ones. */
function openAll(): void {
  for (const section of document.querySelectorAll<HTMLElement>("[data-work-lab]")) {
    const root = section.querySelector<HTMLElement>("[data-root]");
    const source = section.querySelector("script[type='application/json']");
    if (!root || !source || root.childElementCount || opening.has(root)) continue;
    opening.add(root);
    const note = section.querySelector<HTMLElement>("[data-note]");
    void open(section, root, JSON.parse(source.textContent ?? "{}") as Shown)
      .then(() => note?.remove())
      .catch(() => {
        if (note) note.textContent = "作品没有打开，请检查网络后刷新这一页。";
      })
      .finally(() => opening.delete(root));
  }
}

async function open(section: HTMLElement, root: HTMLElement, shown: Shown): Promise<void> {
  const { loadLab } = await import("../../labs/registry");
  const lab = await loadLab(shown.spec.id);
  await lab.mount(root, shown.spec, hostFor(shown, section.querySelector("[data-said]")));
}

openAll();
new MutationObserver(openAll).observe(document.body, { childList: true, subtree: true });
