// The block being written as pupils will meet it: the player's own parts, trying only, nothing kept.

import { discuss, guess, read, reflect, unplugged } from "../player/activities";
import type { ActivityView, BuildActivity, Desk } from "../player/desk";
import { FootBar } from "../player/foot";
import { newId } from "../player/ids";
import { Keeper } from "../player/keep";
import { Quiz } from "../player/quiz";
import { MemoryStore } from "../player/store";
import { HttpTransport } from "../player/transport";
import { Trying } from "../player/trying";
import type { ActivityData, PageData } from "../player/types";

// A lab needs the whole page; it is tried there.
const BUILDERS: Partial<Record<ActivityData["kind"], BuildActivity>> = {
  read,
  discuss,
  predict: guess,
  poll: guess,
  unplugged,
  reflect,
  quiz: (step, desk) => new Quiz(step, desk),
};

/** Brings every preview below `root` to life that isn't yet. */
export function mountPreviews(root: ParentNode): void {
  for (const el of root.querySelectorAll<HTMLElement>("[data-preview]:not([data-mounted])")) {
    el.dataset["mounted"] = "yes";
    const page = JSON.parse(el.querySelector("script")?.textContent ?? "{}") as PageData;
    void mount(el, page);
  }
}

async function mount(el: HTMLElement, page: PageData): Promise<void> {
  const step = page.activities[0];
  const build = step ? BUILDERS[step.kind] : undefined;
  const foot = el.querySelector<HTMLElement>("[data-foot]");
  if (!step || !build || !foot) return;
  const said = el.querySelector<HTMLElement>("[data-said]");
  const say = (text: string) => {
    if (said) said.textContent = text;
  };
  const bar = new FootBar(foot, say);
  const transport = new HttpTransport(page.urls.api);
  const trying = new Trying(page, transport);
  const keeper = new Keeper(page, new MemoryStore(), null);
  await keeper.start();
  let view: ActivityView | null = null;
  const redraw = () => {
    if (view) bar.show(view.foot());
  };
  const views = (item: string) =>
    view instanceof Quiz ? view.views.filter((one) => one.item.key === item) : [];
  const desk: Desk = {
    page,
    keeper,
    shelf: null,
    server: () => null,
    choices: () => Promise.resolve(null),
    say,
    redraw,
    onward: () => say("后面是下一个环节"),
    act: () => undefined,
    vote: () => undefined,
    items: {
      say,
      redraw,
      answer: (item, response) => {
        const id = newId();
        void trying
          .answer(id, item, response, (_, result) => {
            for (const one of views(item)) one.got(result, response);
          })
          .then((trouble) => {
            if (trouble) for (const one of views(item)) one.refused(id, trouble);
          });
        return id;
      },
      askHint: (item, rung) =>
        void trying.hint(item, rung).then((html) => {
          for (const one of views(item)) html === null ? one.waitingForNet() : one.gotHint(rung, html);
        }),
      askSolution: (item) =>
        void trying.solution(item).then((html) => {
          if (html !== null) for (const one of views(item)) one.gotSolution(html);
        }),
    },
  };
  view = build(step, desk);
  el.querySelector("[data-body]")?.replaceChildren(view.el);
  keeper.onChange(() => {
    view?.refresh?.();
    redraw();
  });
  redraw();
}
