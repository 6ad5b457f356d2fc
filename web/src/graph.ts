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

const STEPS = [0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.6, 2];
const DRAG = 4; // px before a press becomes a pull

/** Buttons, Ctrl with the wheel and the keys + − 0 change the size about the middle of what is seen; pressing and
 * pulling moves it. The text keeps its place in the page: the drawing scrolls in its own box. */
export function zoomable(figure: Element): void {
  const box = figure.querySelector<HTMLElement>(".graph-box");
  const graph = figure.querySelector<SVGSVGElement>(".graph");
  const said = figure.querySelector("output");
  if (!(box && graph)) return;
  const width = Number(graph.getAttribute("width"));
  const height = Number(graph.getAttribute("height"));
  let scale = 1;

  const set = (to: number) => {
    const x = (box.scrollLeft + box.clientWidth / 2) / scale;
    const y = (box.scrollTop + box.clientHeight / 2) / scale;
    scale = to;
    graph.setAttribute("width", String(Math.round(width * scale)));
    graph.setAttribute("height", String(Math.round(height * scale)));
    box.scrollLeft = x * scale - box.clientWidth / 2;
    box.scrollTop = y * scale - box.clientHeight / 2;
    if (said) said.textContent = `${Math.round(scale * 100)}%`;
  };
  const larger = () => set(STEPS.find((step) => step > scale + 0.01) ?? scale);
  const smaller = () => set([...STEPS].reverse().find((step) => step < scale - 0.01) ?? scale);
  const fit = () => set(Math.min(1, Math.max(STEPS[0] ?? 1, (box.clientWidth - 2) / width)));
  const acts: Record<string, () => void> = { in: larger, out: smaller, fit };

  figure.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-zoom]");
    acts[button?.dataset["zoom"] ?? ""]?.();
  });
  box.addEventListener("keydown", (event) => {
    const act = { "+": larger, "=": larger, "-": smaller, "0": () => set(1) }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      (event.deltaY < 0 ? larger : smaller)();
    },
    { passive: false },
  );
  pullable(box);
}

function pullable(box: HTMLElement): void {
  let from: { x: number; y: number; left: number; top: number } | null = null;
  let pulled = false;
  box.addEventListener("pointerdown", (event) => {
    pulled = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return; // fingers scroll by themselves
    from = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop };
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    if (Math.abs(dx) + Math.abs(dy) > DRAG) pulled = true;
    if (!pulled) return;
    box.classList.add("pulled");
    box.scrollLeft = from.left - dx;
    box.scrollTop = from.top - dy;
  });
  addEventListener("pointerup", () => {
    from = null;
    box.classList.remove("pulled");
  });
  box.addEventListener("dragstart", (event) => event.preventDefault());
  // Letting go over a box after a pull opens nothing.
  box.addEventListener(
    "click",
    (event) => {
      if (!pulled) return;
      event.preventDefault();
      event.stopPropagation();
      pulled = false;
    },
    true,
  );
}

for (const graph of document.querySelectorAll(".graph")) watch(graph);
for (const figure of document.querySelectorAll(".graph-figure")) zoomable(figure);
