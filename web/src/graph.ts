/** The drawing of the concept graph: pointing at a concept, or reaching it by keyboard, shows its own lines. */
function mark(graph: Element, key: string): void {
  const near = new Set<string>();
  for (const arrow of graph.querySelectorAll<SVGElement>(".g-arrow")) {
    const { before = "", after = "" } = arrow.dataset;
    const on = key !== "" && (before === key || after === key);
    arrow.classList.toggle("on", on);
    if (on) near.add(before === key ? after : before);
  }
  for (const box of graph.querySelectorAll<SVGElement>(".g-box")) {
    box.classList.toggle("near", near.has(box.dataset["key"] ?? ""));
  }
}

export function watch(graph: Element): void {
  const follow = (event: Event) => {
    const box = (event.target as Element).closest<SVGElement>(".g-box");
    mark(graph, box?.dataset["key"] ?? "");
  };
  graph.addEventListener("pointerover", follow);
  graph.addEventListener("focusin", follow);
  graph.addEventListener("pointerleave", () => mark(graph, ""));
  graph.addEventListener("focusout", () => mark(graph, ""));
}

for (const graph of document.querySelectorAll(".graph")) watch(graph);
