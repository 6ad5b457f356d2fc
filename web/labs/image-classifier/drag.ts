// Dragging a picture onto a class with mouse, pen or finger. Tapping and the keyboard do the same.

const START = 8; // pixels moved before a press is a drag

export function allowDragging(
  root: HTMLElement,
  dropped: (picture: string, cls: string | null) => void,
): () => void {
  let from: { x: number; y: number; button: HTMLElement; id: number } | null = null;
  let ghost: HTMLElement | null = null;

  const under = (event: PointerEvent): HTMLElement | null => {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    return found instanceof HTMLElement ? found : null;
  };
  const mark = (target: Element | null) => {
    for (const row of root.querySelectorAll("[data-class]")) row.classList.toggle("over", row === target);
  };
  const end = () => {
    ghost?.remove();
    ghost = null;
    from = null;
    mark(null);
  };
  const begin = (button: HTMLElement): HTMLElement => {
    const copy = button.cloneNode(true) as HTMLElement;
    copy.className = "pickup ghost";
    copy.removeAttribute("data-pic");
    copy.removeAttribute("data-key");
    copy.setAttribute("aria-hidden", "true");
    root.append(copy);
    return copy;
  };

  const down = (event: PointerEvent) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-pic]");
    if (!button || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, button, id: event.pointerId };
  };
  const move = (event: PointerEvent) => {
    if (!from || event.pointerId !== from.id) return;
    if (!ghost && Math.hypot(event.clientX - from.x, event.clientY - from.y) < START) return;
    ghost ??= begin(from.button);
    ghost.style.left = `${event.clientX}px`;
    ghost.style.top = `${event.clientY}px`;
    mark(under(event)?.closest("[data-class]") ?? null);
    event.preventDefault();
  };
  const up = (event: PointerEvent) => {
    if (!from || !ghost) {
      from = null;
      return;
    }
    const picture = from.button.dataset["pic"] ?? "";
    const target = under(event);
    const cls = target?.closest<HTMLElement>("[data-class]")?.dataset["class"];
    const back = target?.closest(".tray");
    end();
    // the click that follows a drag must not count as a tap
    root.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => root.removeEventListener("click", swallow, { capture: true }), 0);
    if (cls) dropped(picture, cls);
    else if (back) dropped(picture, null);
  };
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };

  root.addEventListener("pointerdown", down);
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", end);
  return () => {
    end();
    root.removeEventListener("pointerdown", down);
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", end);
  };
}
