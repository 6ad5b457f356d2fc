// A number, or a few words.

import { h, set } from "../dom";
import type { Answer } from "../types";
import type { Build, Widget } from "./widget";

const LONGEST = 500;

export const numeric: Build = (item, labelledBy, changed): Widget => {
  const input = h("input", {
    class: "num-in",
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    maxlength: 24,
    "aria-labelledby": labelledBy,
    oninput: changed,
  });
  const unit = item.unit ? h("span", { class: "soft" }, item.unit) : null;
  const el = h("p", { class: "write-num" }, input, unit);
  const answer = (): Answer | null => {
    const value = input.value.trim();
    return /[0-9０-９]/.test(value) ? { value } : null;
  };
  return {
    el,
    answer,
    missing: () => "先填一个数，再交",
    chosen: () => (answer() ? `填${input.value.trim()}${item.unit ?? ""}` : ""),
    show: (given) => {
      input.value = typeof given["value"] === "string" ? given["value"] : String(given["value"] ?? "");
      changed();
    },
    tried: () => null,
    right: (given) => {
      input.value = String(given["value"] ?? "");
      set(input, "readonly", true);
      el.classList.add("right");
      changed();
    },
  };
};

export const short: Build = (_item, labelledBy, changed): Widget => {
  const left = h("p", { class: "small soft", "aria-live": "off" });
  const area = h("textarea", {
    class: "write",
    rows: 4,
    maxlength: LONGEST,
    "aria-labelledby": labelledBy,
    oninput: () => {
      left.textContent = area.value.length > LONGEST - 60 ? `还能写${LONGEST - area.value.length}个字` : "";
      changed();
    },
  });
  const answer = (): Answer | null => (area.value.trim() ? { text: area.value.trim() } : null);
  const fill = (given: Answer) => {
    area.value = typeof given["text"] === "string" ? given["text"] : "";
    changed();
  };
  return {
    el: h("div", {}, area, left),
    answer,
    missing: () => "先写一句，再交",
    chosen: () => (answer() ? "交这一句" : ""),
    show: fill,
    tried: () => null,
    right: (given) => {
      fill(given);
      set(area, "readonly", true);
      area.classList.add("right");
    },
  };
};
