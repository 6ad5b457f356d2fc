import { beforeEach, expect, test } from "vitest";
import { mount, one } from "../lib/testing";
import ThemeController from "./theme";

beforeEach(() => {
  delete document.documentElement.dataset["theme"];
});

test("turns dark and light, says what the next press does, and tells the server by cookie", async () => {
  document.documentElement.dataset["theme"] = "light";
  await mount(
    '<button data-controller="theme" data-action="theme#toggle"><span data-theme-target="label"></span></button>',
    "theme",
    ThemeController,
  );
  expect(one("span").textContent).toBe("换成深色");
  one("button").click();
  expect(document.documentElement.dataset["theme"]).toBe("dark");
  expect(one("span").textContent).toBe("换成浅色");
  expect(document.cookie).toContain("theme=dark");
  one("button").click();
  expect(document.cookie).toContain("theme=light");
});
