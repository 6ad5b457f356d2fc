// Making elements without a framework.

type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** `h("button", { class: "btn", onclick: fn }, "好")`; false and null leave an attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else set(element, name, value);
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

export function set(element: Element, name: string, value: Value): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** An element filled with HTML the server made from checked Markdown. Never call it with what a pupil typed. */
export function made<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, html: string) {
  const element = h(tag, { class: className });
  element.innerHTML = html;
  return element;
}

/** The text of such HTML, for spoken names; a picture speaks by its description. */
export function plain(html: string): string {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const picture of holder.content.querySelectorAll("img")) picture.replaceWith(picture.alt);
  return (holder.content.textContent ?? "").replace(/\s+/g, " ").trim();
}

const ICONS = {
  saved: "M7 18h10a4 4 0 0 0 1-7.9 6 6 0 0 0-11.6-.6A4.3 4.3 0 0 0 7 18Zm2.5-5 2 2 3.5-4",
  kept: "M7 18h10a4 4 0 0 0 1-7.9 6 6 0 0 0-11.6-.6A4.3 4.3 0 0 0 7 18ZM12 15v-4m0 0-2 2m2-2 2 2",
  right: "M5 12h14m-5-5 5 5-5 5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  hand: "M8 12V5.5a1.5 1.5 0 0 1 3 0V11m0-6.5a1.5 1.5 0 0 1 3 0V11m0-4.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6 6 6 0 0 1-5-2.7l-2.5-4a1.5 1.5 0 0 1 2.4-1.8L8 14",
  up: "M12 19V5m-5 5 5-5 5 5",
  down: "M12 5v14m-5-5 5 5 5-5",
  speak: "M4 9.5v5h4l5 4v-13l-5 4zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ic");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
