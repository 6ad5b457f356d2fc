// Building blocks for a lab's page: elements, icons, and keeping the focus when a part is drawn anew.

export type Child = Node | string | number | null | undefined | false;
type Listener = (event: Event) => void;
type Prop = string | number | boolean | null | undefined | Listener;

/** An element with attributes; a function is a listener, `false`, null and undefined are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, Prop> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, props, children);
  return element;
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Record<string, Prop> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, props, children);
  return element;
}

function apply(element: Element, props: Record<string, Prop>, children: Child[]): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === "number" ? String(child) : child);
  }
}

const ICONS: Record<string, string> = {
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "m6 6 12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  right: "M5 12h14m-5-5 5 5-5 5",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  picture: "M4 5h16v14H4zm0 11 5-5 4 4 3-3 4 4M15 9.2v.1",
  bulb: "M9 18h6m-5 3h4M12 3a6 6 0 0 0-3.5 10.9c.6.5 1 1.2 1 2.1h5c0-.9.4-1.6 1-2.1A6 6 0 0 0 12 3Z",
  flag: "M6 21V4m0 0h11l-2.5 4 2.5 4H6",
  ring: "M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  speak: "M4 9.5v5h3.5L12 18V6L7.5 9.5zM15 9a4 4 0 0 1 0 6m2.5-8.5a7.5 7.5 0 0 1 0 11",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5m0-8.8v.1",
};

export function icon(name: keyof typeof ICONS | string): SVGSVGElement {
  return s(
    "svg",
    { class: "ic", viewBox: "0 0 24 24", "aria-hidden": "true" },
    s("path", { d: ICONS[name] ?? "" }),
  );
}

export interface ButtonOptions {
  /** Keeps its place when a part is drawn anew. */
  key?: string;
  /** Key of what takes the focus when this button is gone. */
  after?: string;
  class?: string;
  icon?: string;
  label?: string;
  disabled?: boolean;
  pressed?: boolean;
  busy?: boolean;
}

export function button(text: string, onClick: () => void, options: ButtonOptions = {}): HTMLButtonElement {
  return h(
    "button",
    {
      type: "button",
      class: `btn${options.class ? ` ${options.class}` : ""}`,
      "data-key": options.key,
      "data-after": options.after,
      "aria-label": options.label,
      "aria-disabled": options.disabled ? "true" : null,
      "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
      "aria-busy": options.busy ? "true" : null,
      click: () => {
        if (!options.disabled && !options.busy) onClick();
      },
    },
    options.icon ? icon(options.icon) : null,
    text,
  );
}

/**
 * Replaces what an element holds. The part that had the focus (by `data-key`) gets it again; when it is gone, the
 * one it names in `data-after`, else the place to rest (`data-rest`), so that the keyboard never starts over.
 */
export function redraw(element: Element, ...children: Child[]): void {
  const active = document.activeElement;
  const had = active && active !== element && element.contains(active) ? active : null;
  const key = had?.getAttribute("data-key");
  const after = had?.getAttribute("data-after");
  element.replaceChildren();
  apply(element, {}, children);
  if (!key || focusKey(element, key) || (after && focusKey(element, after))) return;
  element.querySelector<HTMLElement>("[data-rest]")?.focus({ preventScroll: true });
}

export function focusKey(within: Element, key: string): boolean {
  const found = within.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  found?.focus({ preventScroll: true });
  return found !== null;
}

/** Sets those attributes that are not so yet: at every step of a play, reading is cheap and writing is not. */
export function refresh(element: Element, props: Record<string, string>): void {
  for (const [name, value] of Object.entries(props))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

let counter = 0;
/** An id for `for`, `aria-labelledby` and the like. */
export function uid(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** A section with its heading; `note` stands small beside it. */
export function section(
  name: string,
  title: string,
  note: string | Node | null,
  ...children: Child[]
): HTMLElement {
  const id = uid("lab-h");
  return h(
    "section",
    { class: name, "aria-labelledby": id },
    h("h2", { id }, title, note === null ? null : h("small", {}, note)),
    ...children,
  );
}

/** Sets a share (0 to 1) as the width a bar's sheet reads. */
export function share(element: HTMLElement, value: number, hue?: string): HTMLElement {
  element.style.setProperty("--p", `${Math.round(value * 1000) / 10}%`);
  if (hue) element.style.setProperty("--c", hue);
  return element;
}
