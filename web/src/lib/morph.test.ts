import { expect, test } from "vitest";
import { morph, parseFragment } from "./morph";

function parsed(html: string): Element {
  const element = parseFragment(html);
  if (!element) throw new Error("nothing to parse");
  return element;
}

function morphed(from: string, to: string): string {
  document.body.innerHTML = from;
  const start = document.body.firstElementChild as Element;
  morph(start, parsed(to));
  return start.outerHTML;
}

test.each([
  ["<p>甲</p>", "<p>乙</p>"],
  ['<p class="a" title="t">甲</p>', '<p class="b">甲</p>'],
  ["<ul><li>1</li></ul>", "<ul><li>1</li><li>2</li></ul>"],
  ["<ul><li>1</li><li>2</li><li>3</li></ul>", "<ul><li>2</li></ul>"],
  ["<div>字<b>粗</b>字</div>", "<div><i>斜</i>字</div>"],
  [
    '<ul><li id="a">a</li><li id="b">b</li><li id="c">c</li></ul>',
    '<ul><li id="c">c</li><li id="x">x</li><li id="a">A</li></ul>',
  ],
  ["<div></div>", "<div><p>新</p></div>"],
  ["<div><p>旧</p></div>", "<div></div>"],
])("%s becomes %s", (from, to) => expect(morphed(from, to)).toBe(to));

test("a node with the same id is moved, not made anew", () => {
  document.body.innerHTML = '<ul><li id="a">a</li><li id="b">b</li></ul>';
  const list = document.body.firstElementChild as Element;
  const b = list.children[1];
  morph(list, parsed('<ul><li id="b">B</li><li id="a">a</li></ul>'));
  expect(list.children[0]).toBe(b);
  expect(b?.textContent).toBe("B");
});

test("what the reader opened stays open", () => {
  document.body.innerHTML = "<div><details open><summary>x</summary></details></div>";
  morph(
    document.body.firstElementChild as Element,
    parsed("<div><details><summary>y</summary></details></div>"),
  );
  expect(document.querySelector("details")?.open).toBe(true);
  expect(document.querySelector("summary")?.textContent).toBe("y");
});
