import { afterEach, expect, it, vi } from "vitest";
import { PollCard } from "./poll";
import type { Poll } from "./types";

const poll = (more: Partial<Poll> = {}): Poll => ({
  id: "1",
  activity: "",
  question: "哪个更难认？",
  choices: [
    { key: "A", text: "瓶子" },
    { key: "B", text: "纸盒" },
  ],
  round: 1,
  open: true,
  mine: null,
  ...more,
});

function setUp(arrives = true) {
  const vote = vi.fn(async (_poll: string, _choice: string) => arrives);
  const card = new PollCard(vote);
  document.body.append(card.el);
  const checked = () =>
    [...card.el.querySelectorAll("[role=radio]")].map((one) => one.getAttribute("aria-checked"));
  const press = (at: number) => card.el.querySelectorAll<HTMLElement>("[role=radio]")[at]?.click();
  return { card, vote, checked, press };
}

afterEach(() => document.body.replaceChildren());

it("shows an open poll and puts a closed one away", () => {
  const { card } = setUp();
  card.show(poll());
  expect([card.el.hidden, card.el.textContent?.includes("哪个更难认？")]).toEqual([false, true]);
  card.show(poll({ open: false }));
  expect(card.el.hidden).toBe(true);
  card.show(null);
  expect(card.el.hidden).toBe(true);
});

it("votes, says so, and can be changed", async () => {
  const { card, vote, checked, press } = setUp();
  card.show(poll());
  press(1);
  await vi.waitFor(() => expect(card.el.textContent).toContain("投好了"));
  press(0);
  expect(vote.mock.calls).toEqual([
    ["1", "B"],
    ["1", "A"],
  ]);
  expect(checked()).toEqual(["true", "false"]);
});

it("takes a vote back that did not arrive and says so", async () => {
  const { card, checked, press } = setUp(false);
  card.show(poll({ mine: "A" }));
  press(1);
  await vi.waitFor(() => expect(card.el.textContent).toContain("没有送到"));
  expect(checked()).toEqual(["true", "false"]);
});

it("is not redrawn while the same poll goes on, but a new round starts afresh", () => {
  const { card, checked, press } = setUp();
  card.show(poll());
  press(0);
  card.show(poll({ mine: null }));
  expect(checked()).toEqual(["true", "false"]);
  card.show(poll({ id: "2", round: 2 }));
  expect([checked(), card.el.textContent?.includes("再选一次")]).toEqual([["false", "false"], true]);
});
