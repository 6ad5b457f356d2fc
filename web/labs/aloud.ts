// A button that reads a line of a lab out, for children who hardly read. The page's controller `speak` shows it where the
// browser has a Chinese voice; on a page without it the button stays hidden.
import { h, icon } from "./dom";

/** Reads out what stands in the element with this id at the moment it is pressed. */
export function readAloud(id: string, words = "读给我听"): HTMLButtonElement {
  const props = {
    class: "btn sm",
    type: "button",
    hidden: true,
    "data-key": `aloud-${id}`,
    "aria-pressed": "false",
  };
  const speaks = { "data-controller": "speak", "data-action": "speak#speak", "data-speak-from-value": id };
  return h("button", { ...props, ...speaks }, icon("speak"), words);
}
