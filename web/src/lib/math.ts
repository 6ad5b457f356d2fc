// Formulas: the server leaves their source in `.math`, this draws them. KaTeX comes from our own files, and only to
// pages that hold a formula.

const WAITING = ".math:not([data-drawn])";

type Draw = (source: string, into: HTMLElement, wide: boolean) => void;
let drawer: Promise<Draw> | undefined;

/** Draws every formula below `root`; what cannot be read stays as it was typed. */
export async function drawMath(root: ParentNode): Promise<void> {
  const found = [...root.querySelectorAll<HTMLElement>(WAITING)];
  if (!found.length) return;
  for (const one of found) one.dataset["drawn"] = "no";
  drawer ??= import("../math/katex").then((module) => module.draw);
  const draw = await drawer;
  for (const one of found) {
    const source = one.textContent ?? "";
    one.dataset["drawn"] = "yes";
    draw(source, one, one.classList.contains("wide"));
  }
}

/** Now and whenever something is put into the page. */
export function watchMath(doc: Document = document): void {
  void drawMath(doc);
  new MutationObserver((changes) => {
    const added = changes.some((change) =>
      [...change.addedNodes].some(
        (node) => node instanceof Element && (node.matches(WAITING) || node.querySelector(WAITING)),
      ),
    );
    if (added) void drawMath(doc);
  }).observe(doc.documentElement, { childList: true, subtree: true });
}
