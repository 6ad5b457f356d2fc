// The read-aloud button of pages for children who hardly read. Hidden where the browser has no Chinese voice.

import { h, icon } from "./dom";

export function voice(text: string, words = "读给我听"): HTMLElement {
  const button = h("button", {
    class: "voice sm",
    type: "button",
    hidden: true,
    "data-controller": "speak",
    "data-action": "speak#speak",
    "data-speak-text-value": text,
    "aria-label": words,
  });
  button.append(icon("speak"));
  return button;
}

/** `said` with a button before it that reads it out; unchanged when it says nothing. */
export function aloud(said: HTMLElement): HTMLElement {
  const text = (said.textContent ?? "").replace(/\s+/g, " ").trim();
  if (text) {
    said.prepend(voice(text));
    said.classList.add("spoken");
  }
  return said;
}
