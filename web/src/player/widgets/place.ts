// Cards put into places: classify (many cards to a bin) and match (one card to a place).
// Tap a card, then a place; or Tab and Enter; or drag.

import { h, made, plain, set } from "../dom";
import type { Answer, Keyed } from "../types";
import { draggable } from "./drag";
import type { Build, Changed, Widget } from "./widget";
import { table } from "./widget";

interface Words {
  field: "bins" | "pairs";
  pool: string;
  missing: string;
  how: string;
}

class Places implements Widget {
  readonly el: HTMLElement;
  private readonly pool: HTMLElement;
  private readonly homes = new Map<string, HTMLElement>();
  private readonly cards = new Map<string, HTMLButtonElement>();
  private readonly said = h("p", { class: "say", "aria-live": "polite" });
  private readonly where = new Map<string, string>();
  private held: string | null = null;
  private locked = false;

  /** `places` receive cards; with `single` a place holds one card and the earlier one goes back. */
  constructor(
    private readonly places: Keyed[],
    private readonly things: Keyed[],
    private readonly words: Words,
    private readonly single: boolean,
    labelledBy: string,
    private readonly changed: Changed,
  ) {
    this.pool = h("div", { class: "pool", "data-drop": "", role: "group", "aria-label": words.pool });
    const rows = places.map((place) => this.placeRow(place));
    for (const thing of things) this.cards.set(thing.key, this.card(thing));
    this.el = h(
      "div",
      { class: single ? "pairing" : "binning", role: "group", "aria-labelledby": labelledBy },
      h("p", { class: "small soft" }, words.how),
      this.pool,
      h("div", { class: "places" }, ...rows),
      this.said,
    );
    this.draw();
  }

  private placeRow(place: Keyed): HTMLElement {
    const home = h("div", { class: "home" });
    this.homes.set(place.key, home);
    const put = h(
      "button",
      {
        class: "put",
        type: "button",
        "aria-label": `放到：${plain(place.html)}`,
        onclick: () => this.drop(place.key),
      },
      made("span", "t", place.html),
    );
    return h("div", { class: "place", "data-drop": place.key }, put, home);
  }

  private card(thing: Keyed): HTMLButtonElement {
    const card = h("button", { class: "card-t", type: "button", "aria-pressed": "false" });
    card.append(made("span", "t", thing.html));
    card.addEventListener("click", (event) => {
      event.stopPropagation();
      this.pick(thing.key);
    });
    return card;
  }

  private pick(key: string): void {
    if (this.locked) return;
    this.held = this.held === key ? null : key;
    this.paint();
    const name = this.nameOf(this.things, key);
    this.said.textContent = this.held ? `拿着“${name}”，选一个地方放` : "放下了";
  }

  private drop(place: string): void {
    if (this.locked || this.held === null) {
      if (!this.locked) this.said.textContent = "先点一张卡片，再点要放的地方";
      return;
    }
    this.putIn(this.held, place);
    this.held = null;
    this.draw();
    this.changed();
  }

  private putIn(key: string, place: string): void {
    if (place === "") this.where.delete(key);
    else {
      if (this.single) for (const [other, at] of this.where) if (at === place) this.where.delete(other);
      this.where.set(key, place);
    }
    const to =
      place === ""
        ? "放回去了"
        : `“${this.nameOf(this.things, key)}”放到“${this.nameOf(this.places, place)}”`;
    this.said.textContent = to;
  }

  private draw(): void {
    for (const [key, card] of this.cards) {
      const place = this.where.get(key);
      const home = place === undefined ? this.pool : (this.homes.get(place) ?? this.pool);
      if (card.parentElement !== home) home.append(card);
      this.wire(key, card);
    }
    this.paint();
  }

  private readonly wired = new Set<string>();
  private wire(key: string, card: HTMLButtonElement): void {
    if (this.wired.has(key) || !this.el) return;
    this.wired.add(key);
    draggable(card, this.el, (place) => {
      if (this.locked) return;
      this.held = null;
      this.putIn(key, place);
      this.draw();
      this.changed();
    });
  }

  private paint(): void {
    for (const [key, card] of this.cards) {
      const place = this.where.get(key);
      set(card, "aria-pressed", String(this.held === key));
      const at = place === undefined ? "还没放" : `放在“${this.nameOf(this.places, place)}”`;
      set(card, "aria-label", `${this.nameOf(this.things, key)}，${at}`);
      set(card, "aria-disabled", this.locked ? "true" : false);
    }
    this.el?.classList.toggle("holding", this.held !== null);
    this.pool.hidden = !this.locked && this.single ? false : this.pool.childElementCount === 0;
  }

  private nameOf(list: Keyed[], key: string): string {
    return plain(list.find((one) => one.key === key)?.html ?? "");
  }

  answer(): Answer | null {
    if (this.single) {
      const pairs = Object.fromEntries([...this.where].map(([thing, place]) => [place, thing]));
      return Object.keys(pairs).length === this.places.length ? { pairs } : null;
    }
    return this.where.size === this.things.length ? { bins: Object.fromEntries(this.where) } : null;
  }
  missing(): string {
    return this.words.missing;
  }
  chosen(): string {
    return this.answer() ? "就这样放" : "";
  }
  show(answer: Answer): void {
    const given = Object.entries(table(answer[this.words.field]));
    this.where.clear();
    for (const [a, b] of given) {
      const [thing, place] = this.single ? [b, a] : [a, b];
      if (this.cards.has(thing) && this.homes.has(place)) this.where.set(thing, place);
    }
    this.draw();
    this.changed();
  }
  tried(_answer: Answer): HTMLElement | null {
    return null;
  }
  right(answer: Answer): void {
    this.show(answer);
    this.locked = true;
    this.el.classList.add("right");
    this.paint();
  }
}

export const classify: Build = (item, labelledBy, changed) =>
  new Places(
    item.bins ?? [],
    item.entries ?? [],
    {
      field: "bins",
      pool: "还没放的卡片",
      missing: "还有卡片没放好",
      how: "点一张卡片，再点要放的那一类；也可以拖过去。",
    },
    false,
    labelledBy,
    changed,
  );

export const match: Build = (item, labelledBy, changed) =>
  new Places(
    item.left ?? [],
    item.right ?? [],
    {
      field: "pairs",
      pool: "可以连的卡片",
      missing: "左边每一个都要连上一张卡片",
      how: "点一张卡片，再点它该去的那一行；也可以拖过去。",
    },
    true,
    labelledBy,
    changed,
  );
