import { expect, test } from "vitest";
import { mount, one } from "../lib/testing";
import FileboxController, { size } from "./filebox";

const box = `<div data-controller="filebox" data-filebox-max-value="1048576"><div data-filebox-target="box"><input type="file">
  <p data-filebox-target="chosen" hidden></p></div></div>`;

async function choose(file: File): Promise<HTMLInputElement> {
  await mount(box, "filebox", FileboxController);
  const input = one<HTMLInputElement>("input");
  Object.defineProperty(input, "files", { value: [file] });
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return input;
}

test("says which file was chosen", async () => {
  const input = await choose(new File(["x".repeat(2048)], "七年级3班.xlsx"));
  expect(one("p").hidden).toBe(false);
  expect(one("p").textContent).toBe("七年级3班.xlsx（2 KB）");
  expect(input.validationMessage).toBe("");
});

test("a file that is too large is told before it is sent, and can't be", async () => {
  const input = await choose(new File(["x".repeat(1_500_000)], "照片.png"));
  expect(one("p").textContent).toContain("太大了");
  expect(input.checkValidity()).toBe(false);
});

test.each([
  [10, "1 KB"],
  [300 * 1024, "300 KB"],
  [3.25 * 1024 * 1024, "3.3 MB"],
])("%d bytes are %s", (bytes, words) => expect(size(bytes)).toBe(words));
