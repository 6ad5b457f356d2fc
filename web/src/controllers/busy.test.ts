import { expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import BusyController from "./busy";

test("the pressed button says what is being done, and a second press sends nothing", async () => {
  await mount(
    '<form data-controller="busy" hx-post="/x"><button type="submit" data-busy="正在发给45人"><svg></svg>发给全班</button></form>',
    "busy",
    BusyController,
  );
  const sent = vi.fn((event: Event) => event.preventDefault());
  one("form").addEventListener("submit", sent);
  one("button").click();
  await turn();
  expect(one("button").textContent).toBe("正在发给45人");
  expect(one("button").getAttribute("aria-busy")).toBe("true");
  one("button").click();
  expect(sent).toHaveBeenCalledTimes(1);
  one("form").dispatchEvent(new Event("htmx:finally:request"));
  expect(one("button").textContent).toBe("发给全班");
  expect(one("button").querySelector("svg")).not.toBeNull();
  expect(one("button").hasAttribute("aria-busy")).toBe(false);
});
