// For working on labs: /static/web/labs/dev.html?lab=…&dataset=…&settings={…}&goals=[…]&hints=[…]
// Served by `npx vite --config labs/dev.config.ts` only; no part of the product.
import type { LabHost } from "./host";
import { mountLab } from "./registry";

const query = new URLSearchParams(location.search);
const log: { what: string; detail: unknown }[] = [];
const key = `dev:${query.get("lab")}`;

const host: LabHost = {
  state: () => JSON.parse(localStorage.getItem(key) ?? "null"),
  save: (state) => localStorage.setItem(key, JSON.stringify(state)),
  reached: (index, detail) => log.push({ what: `reached ${index}`, detail }),
  did: (what, detail) => log.push({ what, detail }),
  camera: () => (query.get("camera") === "refused" ? "refused" : "allowed"),
  microphone: () => (query.get("camera") === "refused" ? "refused" : "allowed"),
  datasetUrl: (name, file = "") => `/content/datasets/${name}/${file}`,
  say: (text) => {
    const live = document.getElementById("dev-live");
    if (live) live.textContent = text;
    log.push({ what: "say", detail: text });
  },
};

const section = document.querySelector<HTMLElement>("[data-lab-dev]");
const parts = ["settings", "goals", "hints"].map((name) => `"${name}": ${query.get(name) ?? "null"}`);
if (section) {
  const spec = document.createElement("script");
  spec.type = "application/json";
  spec.dataset["labSpec"] = "";
  spec.textContent = `{"id": "${query.get("lab")}", "dataset": "${query.get("dataset")}", ${parts.join(", ")}}`;
  section.append(spec);
  Object.assign(window, { labLog: log, lab: mountLab(section, host) });
}
