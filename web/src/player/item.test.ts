import { beforeEach, describe, expect, it, vi } from "vitest";
import { type ItemDesk, ItemView } from "./item";
import { joinPasts } from "./player";
import type { AttemptResult, ItemPast, PublicItem } from "./types";

const ITEM: PublicItem = {
  id: "1",
  key: "q1",
  kind: "single",
  stem: "<p>哪句最准？</p>",
  hints: 2,
  options: ["A", "B", "C"].map((key) => ({ key, html: `<p>${key}</p>` })),
};
const past = (more: Partial<ItemPast> = {}): ItemPast => ({
  tries: [],
  hints: [],
  solution: null,
  solution_open: false,
  ...more,
});

function result(more: Partial<AttemptResult> = {}): AttemptResult {
  return {
    id: "t1",
    status: "recorded",
    item: "q1",
    correct: false,
    reply: "<p>还差一点。</p>",
    waits: false,
    solution_open: false,
    late: "",
    message: "",
    ...more,
  };
}

describe("an item", () => {
  let desk: ItemDesk;
  const onward = { words: "下一题", act: vi.fn() };

  beforeEach(() => {
    document.body.replaceChildren();
    desk = {
      answer: vi.fn(() => "t1"),
      askHint: vi.fn(),
      askSolution: vi.fn(),
      say: vi.fn(),
      redraw: vi.fn(),
    };
  });
  const make = (given = past()) => {
    const view = new ItemView(ITEM, given, desk, "第1题，共2题");
    document.body.append(view.el);
    return view;
  };
  const choose = (key: string) =>
    document.querySelectorAll<HTMLElement>(".choice")["ABC".indexOf(key)]?.click();

  it("reads itself out where children hardly read: question, reply, and no copy of the reply in between", () => {
    desk = { ...desk, aloud: true };
    const view = make();
    const spoken = () =>
      [...document.querySelectorAll<HTMLElement>(".voice")].map((one) => one.dataset["speakTextValue"]);
    expect(spoken()).toEqual(["哪句最准？"]);
    choose("A");
    view.submit();
    view.got(result(), { choice: "A" });
    expect(spoken()).toEqual(["哪句最准？", "还差一点。"]);
    expect(document.querySelector(".hung")).toBeNull();
    view.gotHint(1, "<p>先看头。</p>");
    expect(spoken()).toContain("先看头。");
  });

  it("stays silent for everybody else", () => {
    make();
    expect(document.querySelector(".voice")).toBeNull();
  });

  it("asks for a choice first, names it on the button, and sends it", () => {
    const view = make();
    expect(view.foot(onward, null).go).toMatchObject({ words: "交答案", notYet: "先选一个，再交" });
    choose("B");
    expect(view.foot(onward, null).go?.words).toBe("就选B");
    view.submit();
    expect(desk.answer).toHaveBeenCalledWith("q1", { choice: "B" });
    expect(view.state).toBe("pending");
    expect(document.querySelector(".replies")?.textContent).toContain("没有网络也不要紧");
    expect(view.foot(onward, null).go?.words).toBe("下一题");
  });

  it("hangs the reply from the tried answer, speaks it, and lets try again", () => {
    const view = make();
    choose("B");
    view.submit();
    view.got(result(), { choice: "B" });
    expect(document.querySelector(".choice.tried + .hung")?.textContent).toBe("还差一点。");
    expect(document.querySelector(".replies[role=status]")?.textContent).toContain("还差一点");
    choose("C");
    expect(view.foot(onward, null).go?.words).toBe("再答一次，选C");
    choose("B");
    expect(view.foot(onward, null).go?.notYet).toContain("刚才交过");
  });

  it("goes on when right", () => {
    const view = make();
    choose("C");
    view.submit();
    view.got(result({ correct: true, reply: "<p>对。</p>" }), { choice: "C" });
    expect(view.state).toBe("right");
    expect(view.foot(onward, null).go).toMatchObject({ words: "下一题" });
  });

  it("opens one rung at a time and the solution only when the server says so", () => {
    const view = make();
    expect([...document.querySelectorAll(".ladder button")].map((one) => one.textContent)).toEqual([
      "看第一步",
    ]);
    document.querySelector<HTMLElement>(".ladder button")?.click();
    expect(desk.askHint).toHaveBeenCalledWith("q1", 1);
    view.gotHint(1, "<p>一</p>");
    view.gotHint(2, "<p>二</p>");
    expect(document.querySelector(".after-ladder")?.textContent).toContain("试过两次就能看解答");
    view.got(result({ solution_open: true }), { choice: "B" });
    expect(document.querySelector(".after-ladder button")?.textContent).toBe("看解答");
    view.gotSolution("<p>因为……</p>");
    expect(document.querySelector(".solution")?.textContent).toContain("因为");
  });

  it("shows a refusal where it belongs and keeps the choice open", () => {
    const view = make();
    choose("A");
    view.submit();
    view.refused("t1", "这次没有收下");
    expect(document.body.textContent).toContain("这次没有收下");
    expect(view.state).toBe("tried");
  });

  it("takes a result from another tab once", () => {
    const view = make();
    view.got(result({ id: "other" }), { choice: "A" });
    view.got(result({ id: "other" }), { choice: "A" });
    expect(view.snapshot().tries).toHaveLength(1);
  });
});

it("joins what the page brought with what the device kept, each try once", () => {
  const one = { id: "1", response: {}, correct: false, reply: "", waits: false };
  const two = { ...one, id: "2" };
  const joined = joinPasts(
    past({ tries: [one], hints: ["a"] }),
    past({ tries: [one, two], hints: ["a", "b"], solution: "s" }),
  );
  expect(joined.tries.map((each) => each.id)).toEqual(["1", "2"]);
  expect([joined.hints.length, joined.solution]).toEqual([2, "s"]);
  expect(joinPasts(undefined, joined)).toBe(joined);
});

describe("an item of a test", () => {
  it("takes the first answer, says nothing of it, and takes no other", () => {
    document.body.replaceChildren();
    const desk = { answer: vi.fn(() => "t1"), say: vi.fn(), redraw: vi.fn() } as unknown as ItemDesk;
    const onward = { words: "下一题", act: vi.fn() };
    const view = new ItemView({ ...ITEM, hints: 0 }, undefined, desk, "第1题，共2题", "", true);
    document.body.append(view.el);
    expect([view.stateWords, document.querySelector<HTMLElement>(".hint")?.hidden]).toEqual(["还没做", true]);
    document.querySelectorAll<HTMLElement>(".choice")[1]?.click();
    view.foot(onward, null).go?.act();
    expect(view.stateWords).toBe("已存好，等网络");
    expect(view.foot(onward, null).go?.words).toBe("下一题");
    view.got(result({ correct: null, waits: true, reply: "<p>记下了。</p>" }), { choice: "B" });
    expect(view.stateWords).toBe("答过了");
    expect(document.querySelector<HTMLElement>("[inert]")?.querySelectorAll(".choice")).toHaveLength(3);
    expect(document.body.textContent).not.toContain("还差一点");
    document.querySelectorAll<HTMLElement>(".choice")[0]?.click();
    expect(view.foot(onward, null).go?.words).toBe("下一题");
    expect(desk.answer).toHaveBeenCalledTimes(1);
  });
});
