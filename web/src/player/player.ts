// The page of one lesson: device store, queue, steps, items and the live class, each told of the others' news.

import type { ClassChoice } from "../../labs/host";
import { discuss, guess, read, reflect, unplugged } from "./activities";
import type { ActivityView, BuildActivity, Desk } from "./desk";
import { FootBar } from "./foot";
import { newId } from "./ids";
import type { ItemDesk, ItemView } from "./item";
import { Keeper } from "./keep";
import { LabStep } from "./lab";
import { LiveLink } from "./live";
import { Outbox } from "./outbox";
import { PollCard } from "./poll";
import { Quiz } from "./quiz";
import { PlayerRuns } from "./server-runs";
import { Shelf } from "./shelf";
import { StatusLine } from "./status";
import { Steps } from "./steps";
import type { Entry, Store } from "./store";
import type { Transport } from "./transport";
import { Trying } from "./trying";
import type { ActivityData, Answer, AttemptResult, Fields, ItemPast, Json, Live, PageData } from "./types";

const BUILDERS: Partial<Record<ActivityData["kind"], BuildActivity>> = {
  read,
  discuss,
  predict: guess,
  poll: guess,
  unplugged,
  reflect,
  quiz: (step, desk) => new Quiz(step, desk),
  lab: (step, desk) =>
    new LabStep(step, desk, async (id) => (await import("../../labs/registry")).loadLab(id)),
};

type News =
  | { kind: "fields"; who: string; lesson: string; activity: string; fields: Fields; done: boolean }
  | { kind: "result"; who: string; entry: Entry; body: Json | null };

export class Player implements Desk {
  readonly keeper: Keeper;
  readonly items: ItemDesk;
  readonly shelf: Shelf;
  private readonly outbox: Outbox | null;
  private readonly trying: Trying | null;
  private readonly views = new Map<string, ActivityView>();
  private readonly channel =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("qiming-learn");
  private readonly pollCard = new PollCard(
    (poll, choice) => this.link?.vote(poll, choice) ?? Promise.resolve(false),
  );
  private steps: Steps | null = null;
  private link: LiveLink | null = null;
  private tries = 0;

  constructor(
    readonly page: PageData,
    private readonly store: Store,
    private readonly transport: Transport,
  ) {
    const learning = page.mode !== "try";
    this.outbox = learning ? new Outbox({ who: page.who, store, transport }) : null;
    this.trying = learning ? null : new Trying(page, transport);
    this.keeper = new Keeper(page, store, this.outbox, (activity, fields, done) =>
      this.broadcast({ kind: "fields", who: page.who, lesson: page.lesson, activity, fields, done }),
    );
    this.shelf = new Shelf(page, store, this.outbox, transport);
    this.items = {
      aloud: page.aloud ?? false,
      answer: (item, response) => this.answer(item, response),
      askHint: (item, rung) => void this.askHint(item, rung),
      askSolution: (item) => void this.askSolution(item),
      say: (text) => this.say(text),
      redraw: () => this.redraw(),
    };
  }

  async start(): Promise<void> {
    this.showState();
    await this.keeper.start();
    await this.recall();
    for (const step of this.page.activities) this.build(step);
    this.steps = new Steps({
      activities: this.page.activities,
      views: this.views,
      foot: new FootBar(need("foot"), (text) => this.say(text)),
      isDone: (activity) => this.keeper.isDone(activity),
      say: (text) => this.say(text),
      moved: () => {
        this.showPoll();
        this.pulse();
      },
      finished: () => this.leave(),
      hand: this.page.mode === "learn" ? () => this.handButton() : null,
      only: this.only(),
    });
    this.keeper.onChange((activity) => {
      this.views.get(activity)?.refresh?.();
      this.redraw();
    });
    this.channel?.addEventListener("message", (event: MessageEvent<News>) => this.heardFromTab(event.data));
    await this.showWaitingAnswers();
    document.querySelector("main")?.prepend(this.pollCard.el);
    this.steps.begin(this.page.live);
    this.startLive();
    this.watchLeaving();
    void this.outbox?.flush();
  }

  /** A homework's steps are all open. A teacher who tries a spare step came for it: no class hands it out here. */
  private only(): Set<string> | null {
    const { homework, mode, activities } = this.page;
    if (!homework && mode !== "try") return null;
    const asked = location.hash.slice(1);
    return new Set(
      activities.filter((step) => homework || !step.extra || step.key === asked).map((step) => step.key),
    );
  }

  /** Without network there is nothing to go to; what was done is safe here. */
  private leave(): void {
    this.keeper.hurry();
    if (navigator.onLine) location.assign(this.page.urls.done);
    else this.say("都做完了，存在这台设备上。连上网再回首页");
  }

  private build(step: ActivityData): void {
    const section = document.querySelector(`[data-activity="${step.key}"] [data-body]`);
    const make = BUILDERS[step.kind];
    if (!section || !make) return;
    const view = make(step, this);
    section.append(view.el);
    this.views.set(step.key, view);
  }

  private showState(): void {
    if (!this.outbox) return;
    const line = new StatusLine(need("saved"), need("kept"), {
      lasting: this.store.lasting,
      signIn: this.page.urls.sign_in,
      forget: (state) => {
        for (const entry of state.refused) void this.outbox?.forget(entry);
      },
    });
    this.outbox.listen({
      state: (state) => line.show(state),
      result: (entry, body) => {
        this.result(entry, body);
        this.broadcast({ kind: "result", who: this.page.who, entry, body });
      },
    });
  }

  /** A page opened from the device's own copy lacks what was answered since it was copied. */
  private async recall(): Promise<void> {
    if (this.trying) return;
    for (const item of Object.keys(this.page.items)) {
      const kept = (await this.store.draft(this.itemKey(item))) as unknown as ItemPast | undefined;
      if (kept) this.page.past[item] = joinPasts(this.page.past[item], kept);
    }
  }

  private itemKey(item: string): string {
    const { who, offering, homework, practice, test } = this.page;
    return `${who}/${offering}/${homework ?? practice ?? test ?? ""}/i/${item}`;
  }

  private remember(view: ItemView): void {
    if (this.trying) return;
    const snapshot = view.snapshot() as unknown as Json;
    void this.store.keepDraft(this.itemKey(view.item.key), snapshot).catch(() => undefined);
  }

  /** Answers given before a reload and not yet sent show as given. */
  private async showWaitingAnswers(): Promise<void> {
    for (const entry of await this.store.waiting(this.page.who)) {
      if (entry.kind !== "attempt") continue;
      const one = (entry.body as { one: { item: string; response: Answer } }).one;
      this.eachView(one.item, (view) => view.kept(entry.id, one.response, entry.refused ?? ""));
    }
  }

  // --- what an activity asks for -------------------------------------------------------------------------

  server(activity: string): PlayerRuns | null {
    const offered = this.page.mode === "learn" && this.page.server;
    return offered ? new PlayerRuns(this.page, this.transport, activity) : null;
  }

  async choices(activity: string): Promise<ClassChoice[] | null> {
    const { mode, offering, lesson } = this.page;
    if (mode !== "learn" || !offering) return null;
    const asked = new URLSearchParams({ offering, lesson, activity });
    const answer = (await this.transport.get?.(`labs/choices?${asked}`)) ?? null;
    return answer === null ? null : (answer as unknown as { choices: ClassChoice[] }).choices;
  }

  say(text: string): void {
    const live = need("said");
    live.textContent = "";
    setTimeout(() => {
      live.textContent = text;
    }, 30);
  }

  redraw(): void {
    this.steps?.redraw();
    this.pulse();
  }

  onward(): void {
    this.steps?.onward();
  }

  act(activity: string, what: string, detail: Json): void {
    const { offering, lesson, mode } = this.page;
    const free = mode === "free";
    const group = free ? { activity } : { offering, lesson, activity, period: this.period };
    const one = { id: newId(), what, detail, at: new Date().toISOString() };
    void this.outbox?.add(free ? "free-act" : "act", one.id, { group, one });
  }

  vote(activity: string, choice: string): void {
    const poll = this.live?.poll;
    if (poll?.open && poll.activity === activity) void this.link?.vote(poll.id, choice);
  }

  private live: Live | null = null;
  private get period(): string | null {
    if (this.live) return this.live.ended ? null : this.live.period;
    return this.page.period;
  }

  // --- items ---------------------------------------------------------------------------------------------

  private eachView(item: string, tell: (view: ItemView) => void): void {
    for (const view of this.viewsOf(item)) tell(view);
  }

  private viewsOf(item: string): ItemView[] {
    const all = [...this.views.values()].flatMap((view) => (view instanceof Quiz ? view.views : []));
    return all.filter((view) => view.item.key === item);
  }

  private answer(item: string, response: Answer): string {
    const id = newId();
    this.tries += 1;
    if (this.trying) {
      const told = (_: string, result: AttemptResult) => this.eachView(item, (v) => v.got(result, response));
      void this.trying.answer(id, item, response, told).then((trouble) => {
        if (trouble) this.eachView(item, (view) => view.refused(id, trouble));
      });
      return id;
    }
    const { offering, lesson, homework, practice, test } = this.page;
    const group = { offering, lesson, period: this.period, homework, practice, ...(test ? { test } : {}) };
    const version = this.page.items[item]?.id ?? null;
    const at = new Date().toISOString();
    const one = { id, item, version, activity: this.steps?.at ?? "", response, at };
    void this.outbox?.add("attempt", id, { group, one } as unknown as Json);
    return id;
  }

  private async askHint(item: string, rung: number): Promise<void> {
    if (this.trying) {
      const html = await this.trying.hint(item, rung);
      this.eachView(item, (v) =>
        html === null ? v.hintRefused("没有送到，请再点一次") : v.gotHint(rung, html),
      );
      return;
    }
    const { offering } = this.page;
    const lesson = this.lessonOf(item);
    await this.outbox?.add("hint", newId(), { offering, lesson, item, rung }, `${item}/${rung}`);
    if (!navigator.onLine) this.eachView(item, (view) => view.waitingForNet());
  }

  private async askSolution(item: string): Promise<void> {
    if (this.trying) {
      const html = await this.trying.solution(item);
      if (html !== null) this.eachView(item, (view) => view.gotSolution(html));
      return;
    }
    const { offering } = this.page;
    await this.outbox?.add(
      "solution",
      newId(),
      { offering, lesson: this.lessonOf(item), item },
      `${item}/solution`,
    );
  }

  private lessonOf(item: string): string {
    return this.page.lesson || (item.split("-")[0] ?? "");
  }

  private result(entry: Entry, body: Json | null): void {
    const item = itemOf(entry);
    if ((entry.kind === "work" || entry.kind === "free-work") && body) {
      const { activity, version } = body as { activity: string; version: number };
      this.keeper.workKept(activity, version);
    }
    for (const view of this.viewsOf(item)) {
      if (entry.kind === "attempt") {
        const { response } = (entry.body as unknown as { one: { response: Answer } }).one;
        if (body === null) view.refused(entry.id, entry.refused ?? "这一次没有收下");
        else view.got(body as unknown as AttemptResult, response);
      } else if (body === null) view.hintRefused(entry.refused ?? "现在还不能看");
      else if (entry.kind === "hint") {
        const hint = body as { rung: number; html: string; solution_open: boolean };
        view.gotHint(hint.rung, hint.html);
        view.solutionOpen(hint.solution_open);
      } else if (entry.kind === "solution") view.gotSolution((body as { html: string }).html);
      this.remember(view);
    }
    this.redraw();
  }

  // --- other tabs, the class, leaving --------------------------------------------------------------------

  private broadcast(news: News): void {
    this.channel?.postMessage(news);
  }

  private heardFromTab(news: News): void {
    if (news.who !== this.page.who) return;
    if (news.kind === "result") this.result(news.entry, news.body);
    else if (news.lesson === this.page.lesson) this.keeper.heard(news.activity, news.fields, news.done);
  }

  private startLive(): void {
    if (this.page.mode !== "learn" || !this.page.urls.sync) return;
    this.live = this.page.live;
    const post = async (path: string, body: unknown) =>
      (await this.transport.send("POST", path, body as Json)).ok;
    this.link = new LiveLink(
      this.page.urls.sync,
      this.page.live,
      post,
      (live) => {
        this.live = live;
        this.page.live = live;
        this.steps?.heard(live);
        this.showPoll();
        this.pulse();
      },
      this.page.seq,
    );
    this.link.start();
    this.showPoll();
    setInterval(() => this.pulse(), 20_000);
    this.pulse();
  }

  /** A poll shows above whatever is open, but not above the step that asks the same. */
  private showPoll(): void {
    const poll = this.live && !this.live.ended ? this.live.poll : null;
    this.pollCard.show(poll && poll.activity !== this.steps?.at ? poll : null);
  }

  private pulse(): void {
    const at = this.steps?.at ?? "";
    const view = this.views.get(at);
    if (!view || !this.link) return;
    const done = this.page.activities.map((step) => step.key).filter((key) => this.keeper.isDone(key));
    this.link.pulse({ activity: at, done, steps: view.steps(), tries: this.tries });
  }

  private handButton() {
    const up = this.link?.handUp ?? false;
    const act = () => {
      void this.link?.hand(!up).then((ok) => {
        this.say(ok ? (up ? "手放下了" : "举手了，老师看得到") : "没有送到，直接举手也行");
        this.redraw();
      });
    };
    return [{ words: up ? "把手放下" : "举手", hand: true, pressed: up, act }];
  }

  private watchLeaving(): void {
    const hurry = () => this.keeper.hurry();
    window.addEventListener("pagehide", hurry);
    document.addEventListener("visibilitychange", () => document.hidden && hurry());
    window.addEventListener("online", () => void this.outbox?.flush());
    window.addEventListener("beforeunload", (event) => {
      hurry();
      if (!this.store.lasting && this.unsent) event.preventDefault();
    });
    this.outbox?.listen({
      state: (state) => {
        this.unsent = state.waiting > 0;
      },
    });
  }
  private unsent = false;
}

/** What the page brought and what the device kept, each try once. */
export function joinPasts(page: ItemPast | undefined, kept: ItemPast): ItemPast {
  if (!page) return kept;
  const known = new Set(page.tries.map((one) => one.id));
  return {
    tries: [...page.tries, ...kept.tries.filter((one) => !known.has(one.id))],
    hints: page.hints.length >= kept.hints.length ? page.hints : kept.hints,
    solution: page.solution ?? kept.solution,
    solution_open: page.solution_open || kept.solution_open,
  };
}

function itemOf(entry: Entry): string {
  const body = entry.body as { item?: string; one?: { item?: string } };
  return body.item ?? body.one?.item ?? "";
}

function need(id: string): HTMLElement {
  return document.getElementById(id) ?? document.createElement("div");
}
