// What an activity may ask of the page that carries it.

import type { ClassChoice, ServerRuns } from "../../labs/host";
import type { Foot } from "./foot";
import type { ItemDesk } from "./item";
import type { Keeper } from "./keep";
import type { Shelf } from "./shelf";
import type { ActivityData, Json, Live, PageData } from "./types";

export interface Desk {
  readonly page: PageData;
  readonly keeper: Keeper;
  readonly items: ItemDesk;
  /** None where nothing is kept at all. */
  readonly shelf: Shelf | null;
  /** Programs of a step on the school's server; none where they may not run there. */
  server(activity: string): ServerRuns | null;
  /** How the class chose in a step's lab; null where there is no class to ask. */
  choices(activity: string): Promise<ClassChoice[] | null>;
  say(text: string): void;
  redraw(): void;
  /** On to the next open step. */
  onward(): void;
  /** Something worth keeping as evidence. */
  act(activity: string, what: string, detail: Json): void;
  vote(activity: string, choice: string): void;
}

export interface ActivityView {
  readonly el: HTMLElement;
  foot(): Foot;
  /** Steps done and steps in all, for the teacher's grid. */
  steps(): [number, number];
  opened?(): void;
  left?(): void;
  /** Another tab or the server changed what this activity shows. */
  refresh?(): void;
  live?(live: Live | null): void;
}

export type BuildActivity = (step: ActivityData, desk: Desk) => ActivityView;
