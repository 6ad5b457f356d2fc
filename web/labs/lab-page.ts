// Entry for pages that show a lab on its own: <section data-lab="…" data-lab-host="local">.
import { LocalHost } from "./local-host";
import { mountLab } from "./registry";

for (const section of document.querySelectorAll<HTMLElement>("section[data-lab][data-lab-host='local']")) {
  const live = document.createElement("p");
  live.className = "say";
  live.setAttribute("role", "status");
  section.prepend(live);
  const datasets = section.dataset["datasets"] ?? "/content/datasets/";
  const host = new LocalHost(`lab:${location.pathname}:${section.dataset["lab"]}`, datasets, live);
  mountLab(section, host).catch((error: unknown) => {
    console.error(error);
    const note = document.createElement("p");
    note.className = "note need";
    note.textContent = "实验没有打开。你做过的都还在；请检查网络后刷新这一页。";
    section.append(note);
  });
}
