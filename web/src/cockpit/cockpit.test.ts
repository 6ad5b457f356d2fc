import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PollController from "../controllers/poll";
import { key, mount, one, turn } from "../lib/testing";
import WallController from "../wall/wall";
import CockpitController from "./cockpit";

const page = `<meta name="csrf-token" content="t0k">
<div id="ck" data-controller="poll cockpit" data-poll-url-value="/board/?by=step" data-poll-every-value="60000"
  data-cockpit-confirm-value="/confirm/"
  data-action="submit->cockpit#send click->cockpit#open poll:refused->cockpit#refused poll:over->cockpit#over">
  <div data-cockpit-target="trouble"></div>
  <div id="board" data-poll-target="body"><p id="n">1</p>
    <form action="/act/" method="post"><input name="act" value="pause"><button id="go">全班暂停</button></form>
    <button id="by" data-cockpit-by="seat">按座位</button>
    <a id="seat" data-cockpit-panel href="/pupil/1/">陈一诺</a></div>
  <dialog data-cockpit-target="panel"></dialog>
</div>`;

interface Asked {
  url: string;
  method: string;
  body: string;
  headers: Record<string, string>;
}
let asked: Asked[];
let answers: Record<string, () => Response>;

beforeEach(async () => {
  asked = [];
  answers = {};
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    const path = new URL(url, "http://h/").pathname;
    asked.push({
      url: String(url),
      method: init.method ?? "GET",
      body: String(init.body ?? ""),
      headers: init.headers as Record<string, string>,
    });
    return Promise.resolve(answers[path]?.() ?? new Response(null, { status: 304 }));
  });
  const application = await mount(page, "cockpit", CockpitController);
  application.register("poll", PollController);
  await turn();
});
afterEach(() => vi.unstubAllGlobals());

const board = (n: number) => () =>
  new Response(`<div id="board"><p id="n">${n}</p></div>`, { headers: { ETag: '"2"' } });

test("a touch is sent in place with the token and the board is fresh at once", async () => {
  answers["/act/"] = () => new Response(null, { status: 204 });
  answers["/board/"] = board(2);
  one("#go").click();
  await turn();
  await turn();
  expect(asked[0]?.body).toBe("act=pause");
  expect(asked[0]?.headers["X-CSRFToken"]).toBe("t0k");
  expect(asked[1]?.url).toBe("/board/?by=step");
  expect(one("#n").textContent).toBe("2");
});

test("when the touch and the board both say the period is over, the page leaves once", async () => {
  const assign = vi.fn();
  vi.stubGlobal("location", { assign });
  answers["/act/"] = () => new Response(null, { status: 204, headers: { "X-Go": "/confirm/" } });
  one("#go").click();
  one("#ck").dispatchEvent(new CustomEvent("poll:over"));
  await turn();
  await turn();
  expect(assign.mock.calls).toEqual([["/confirm/"]]);
});

test("what the server refuses is said in its own words and the board stays", async () => {
  answers["/act/"] = () =>
    new Response('<div class="note need"><p>这节课已经下课了</p></div>', { status: 409 });
  one("#go").click();
  await turn();
  await turn();
  expect(one("[data-cockpit-target=trouble]").textContent).toContain("已经下课");
  expect(asked.length).toBe(1);
  expect(one("#n").textContent).toBe("1");
});

test("without network the teacher is told and the button is ready again", async () => {
  const said: string[] = [];
  document.addEventListener(
    "qiming:say",
    (event) => said.push((event as CustomEvent<{ text: string }>).detail.text),
    {
      once: true,
    },
  );
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  one("#go").click();
  await turn();
  await turn();
  expect(said[0]).toContain("没有送到");
  expect(one("#go").hasAttribute("aria-busy")).toBe(false);
});

test("the other order of the grid is another address of the same piece", async () => {
  answers["/board/"] = board(3);
  one("#by").click();
  await turn();
  await turn();
  expect(asked[0]?.url).toBe("/board/?by=seat");
  expect(one("#n").textContent).toBe("3");
});

test("a seat opens in the panel", async () => {
  answers["/pupil/1/"] = () => new Response('<div class="in"><h2>1号 陈一诺</h2></div>');
  one("#seat").click();
  await turn();
  await turn();
  expect(one<HTMLDialogElement>("dialog").open).toBe(true);
  expect(one("dialog").textContent).toContain("陈一诺");
});

test("a right lost while the page is open is said, and the board takes no more touches", async () => {
  answers["/board/"] = () =>
    new Response('<div class="note need"><p>没有这一页，或者它不归你看</p></div>', { status: 404 });
  one("#by").click();
  await turn();
  await turn();
  expect(one("[data-cockpit-target=trouble]").textContent).toContain("不归你看");
  expect(one("#board").hasAttribute("inert")).toBe(true);
});

const wall = `<div data-controller="wall poll" data-wall-act-value="/act/" data-poll-url-value="/wall/"
  data-poll-every-value="60000" data-action="keydown@document->wall#key poll:over->wall#over">
  <div id="wall" data-poll-target="body" data-wall="slides" data-slide="1" data-slides="3"><main><p>二</p></main></div></div>`;

test("arrow keys turn the slides and stop at the last", async () => {
  const application = await mount(wall, "wall", WallController);
  application.register("poll", PollController);
  answers["/act/"] = () => new Response(null, { status: 204 });
  key(document.body, "ArrowRight");
  await turn();
  expect(asked[0]?.body).toBe("act=wall&wall=slides&slide=2");
  one("#wall").dataset["slide"] = "2";
  key(document.body, "ArrowRight");
  await turn();
  expect(asked.filter((one) => one.method === "POST").length).toBe(1);
});

test("when the period ends the wall says so", async () => {
  const application = await mount(wall, "wall", WallController);
  application.register("poll", PollController);
  await turn();
  answers["/wall/"] = () => new Response(null, { status: 410 });
  const poll = application.getControllerForElementAndIdentifier(
    one("[data-controller]"),
    "poll",
  ) as PollController;
  await poll.now();
  await turn();
  expect(one("main").textContent).toBe("下课了");
});
