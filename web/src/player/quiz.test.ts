import { beforeEach, expect, it, vi } from "vitest";
import type { Desk } from "./desk";
import { Quiz } from "./quiz";
import type { ActivityData, AttemptResult, PublicItem } from "./types";

const item = (key: string): PublicItem => ({
  id: key,
  key,
  kind: "single",
  stem: `<p>${key}</p>`,
  hints: 0,
  options: [{ key: "A", html: "<p>A</p>" }],
});
const STEP: ActivityData = {
  key: "quiz",
  title: "答",
  kind: "quiz",
  minutes: 5,
  extra: false,
  items: ["a", "b", "c"],
};

function setUp() {
  const done = vi.fn();
  const onward = vi.fn();
  const desk = {
    page: { mode: "learn", items: { a: item("a"), b: item("b"), c: item("c") }, past: {} },
    keeper: { value: () => undefined, write: vi.fn(), done, isDone: () => false },
    items: { answer: () => "t", askHint: vi.fn(), askSolution: vi.fn(), say: vi.fn(), redraw: vi.fn() },
    redraw: vi.fn(),
    onward,
  } as unknown as Desk;
  const quiz = new Quiz(STEP, desk);
  document.body.append(quiz.el);
  const right = (at: number) =>
    quiz.views[at]?.got({ id: `t${at}`, status: "recorded", correct: true, reply: "" } as AttemptResult, {
      choice: "A",
    });
  const at = () => document.querySelector(".qdot[aria-current]")?.textContent;
  return { quiz, done, onward, right, at };
}

beforeEach(() => document.body.replaceChildren());

it("skips forward to the last one and then lets go, without going round for ever", () => {
  const { quiz, done, onward, at } = setUp();
  for (const place of ["1", "2"]) {
    expect(at()).toBe(place);
    expect(quiz.foot().left?.[0]?.words).toBe("先跳过");
    quiz.foot().left?.[0]?.act();
  }
  expect(at()).toBe("3");
  expect(quiz.foot().left?.[0]?.words).toBe("先到这里");
  quiz.foot().left?.[0]?.act();
  expect(onward).toHaveBeenCalledOnce();
  expect(done).not.toHaveBeenCalled();
});

it("comes back to what was skipped, and is done when everything was tried", () => {
  const { quiz, done, onward, right, at } = setUp();
  quiz.foot().left?.[0]?.act();
  right(1);
  quiz.foot().go?.act();
  expect(at()).toBe("3");
  right(2);
  expect(quiz.foot().go?.words).toBe("下一题");
  quiz.foot().go?.act();
  expect(at()).toBe("1");
  right(0);
  expect(quiz.foot().go?.words).toBe("这一步做完了");
  quiz.foot().go?.act();
  expect(done).toHaveBeenCalledWith("quiz");
  expect(onward).toHaveBeenCalledOnce();
  expect(quiz.steps()).toEqual([3, 3]);
});

it("names each item's state for those who cannot see colours", () => {
  const { quiz, right } = setUp();
  right(0);
  quiz.refresh();
  expect([...document.querySelectorAll(".qdot")].map((dot) => dot.getAttribute("aria-label"))).toEqual([
    "第1题，做对了",
    "第2题，还没做",
    "第3题，还没做",
  ]);
});
