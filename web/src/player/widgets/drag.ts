// Dragging a card onto a place with finger, pen or mouse. Always beside a way that needs no dragging.

const FAR_ENOUGH_PX = 8;

/** Calls `drop(place)` when `card` was dragged onto an element with `data-drop` inside `within`. */
export function draggable(card: HTMLElement, within: HTMLElement, drop: (place: string) => void): void {
  card.addEventListener("pointerdown", (down: PointerEvent) => {
    if (down.button > 0 || card.getAttribute("aria-disabled") === "true") return;
    let dragging = false;
    let over: HTMLElement | null = null;
    const find = (x: number, y: number): HTMLElement | null => {
      const under = document.elementsFromPoint(x, y).find((el) => el !== card && !card.contains(el));
      const place = under?.closest<HTMLElement>("[data-drop]") ?? null;
      return place && within.contains(place) ? place : null;
    };
    const move = (at: PointerEvent) => {
      const dx = at.clientX - down.clientX;
      const dy = at.clientY - down.clientY;
      if (!dragging && Math.hypot(dx, dy) < FAR_ENOUGH_PX) return;
      dragging = true;
      card.classList.add("held");
      card.style.transform = `translate(${dx}px, ${dy}px)`;
      const now = find(at.clientX, at.clientY);
      if (now !== over) over?.classList.remove("over");
      now?.classList.add("over");
      over = now;
    };
    const stop = (at: PointerEvent) => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", stop);
      document.removeEventListener("pointercancel", stop);
      card.classList.remove("held");
      card.style.transform = "";
      over?.classList.remove("over");
      if (!dragging) return;
      // the click that follows a drag is not a tap
      card.addEventListener("click", (event) => event.stopImmediatePropagation(), {
        capture: true,
        once: true,
      });
      setTimeout(() => card.dispatchEvent(new Event("dragged")), 0);
      const place = at.type === "pointerup" ? find(at.clientX, at.clientY)?.dataset["drop"] : undefined;
      if (place !== undefined) drop(place);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", stop);
    document.addEventListener("pointercancel", stop);
  });
}
