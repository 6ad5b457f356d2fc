// What every lab with data does first: fetch them, open, or say that they are not to be had and try again.
import { button, h, redraw } from "./dom";
import type { Lab, LabHost, LabSpec } from "./host";

/** Draws the lab into `root` and gives back how it is closed. */
type Open<T> = (root: HTMLElement, data: T, spec: LabSpec, host: LabHost) => () => void;

/** A lab of data that come over the net; `what` names them in a refusal (数据). Leaving while they come opens nothing. */
export function fetchedLab<T>(
  what: string,
  fetched: (host: LabHost, spec: LabSpec) => Promise<T>,
  open: Open<T>,
): Lab {
  let close: (() => void) | null = null;
  let gone = false;

  async function mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void> {
    try {
      const data = await fetched(host, spec);
      if (gone) return;
      root.replaceChildren();
      close = open(root, data, spec, host);
    } catch (error) {
      console.error(error);
      if (!gone) unreachable(root, what, () => void mount(root, spec, host));
    }
  }

  return {
    mount,
    unmount() {
      gone = true;
      close?.();
      close = null;
    },
  };
}

function unreachable(root: HTMLElement, what: string, again: () => void): void {
  redraw(
    root,
    h(
      "div",
      { class: "blank", role: "alert" },
      h("strong", {}, `${what}没有取到`),
      h("p", {}, "你做过的都还在。检查一下网络，再试一次。"),
      button("再试一次", again, { key: "again" }),
    ),
  );
}
