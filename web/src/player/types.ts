// What the page gives the player, and what the server answers. Mirrors qiming/learning/api.py and pages.py.

import type { Area } from "./widgets/spots";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Answer = { [key: string]: Json };

export interface Keyed {
  key: string;
  html: string;
  /** Where it lies on the picture; only of a hotspot. */
  area?: Area;
}

/** An item as a pupil's browser may know it: no answers, no replies, no hints. */
export interface PublicItem {
  id: string;
  key: string;
  kind: "single" | "multiple" | "hotspot" | "order" | "match" | "classify" | "numeric" | "short";
  stem: string;
  picture?: string;
  picture_alt?: string;
  options?: Keyed[];
  entries?: Keyed[];
  left?: Keyed[];
  right?: Keyed[];
  bins?: Keyed[];
  unit?: string;
  /** Width and height of the picture, in the units of the areas. */
  size?: [number, number];
  least?: number;
  most?: number;
  hints: number;
}

/** One answer already given, with what was said to it. */
export interface Try {
  id: string;
  response: Answer;
  correct: boolean | null;
  reply: string;
  waits: boolean;
  pending?: boolean;
  late?: string;
}

export interface ItemPast {
  tries: Try[];
  hints: string[];
  solution: string | null;
  solution_open: boolean;
}

export interface RecordField {
  key: string;
  label: string;
  kind: "number" | "text" | "choice";
  choices?: string[];
}

export interface ActivityData {
  key: string;
  title: string;
  kind: "read" | "predict" | "poll" | "lab" | "unplugged" | "quiz" | "reflect" | "discuss";
  minutes: number;
  extra: boolean;
  choices?: { key: string; text: string }[];
  why?: boolean;
  items?: string[];
  record?: RecordField[];
  prompt?: string;
  starters?: string[];
  roles?: string[];
  lab?: { id: string; dataset: string; settings: Record<string, unknown>; goals: LabGoal[]; hints: string[] };
}

export interface LabGoal {
  goal: string;
  text: string;
  [parameter: string]: unknown;
}

/** A value and the moment it was written; the later writing wins everywhere. */
export interface Field {
  v: Json;
  at: string;
}
export type Fields = { [name: string]: Field };

export interface ProgressPast {
  fields: Fields;
  done: boolean;
}

export interface WorkPast {
  state: Json;
  version: number;
  at: string;
  handed_in: string | null;
}

export interface PageData {
  who: string;
  /** `free`: a lab on its own, outside any lesson. */
  mode: "learn" | "try" | "practice" | "test" | "free";
  offering: string;
  lesson: string;
  lesson_version: string;
  period: string | null;
  homework: string | null;
  practice: string | null;
  /** A test of the course: one answer an item, no hints, not a word on right or wrong. */
  test?: string | null;
  activities: ActivityData[];
  items: { [key: string]: PublicItem };
  past: { [item: string]: ItemPast };
  progress: { [activity: string]: ProgressPast };
  works: { [activity: string]: WorkPast };
  reasons?: { [item: string]: string };
  live: Live | null;
  seq?: number;
  /** The draft that is tried, when it is one. */
  draft?: string | null;
  /** For children who hardly read: questions, hints and replies offer to read themselves out. */
  aloud?: boolean;
  /** What programs find on the school's server, where they may run there; empty elsewhere. */
  server?: string;
  /** Whether a lab may offer the camera; the server refuses its pictures too when it may not. */
  camera?: boolean;
  /** Whether a lab may offer the microphone. */
  microphone?: boolean;
  /** Models that come with the page: a teacher brought them along from the shelf, to try. */
  models?: Json[];
  urls: {
    api: string;
    sync: string;
    sign_in: string;
    home: string;
    done: string;
    datasets: { [name: string]: string };
  };
}

/** A question of the teacher to the whole class. */
export interface Poll {
  id: string;
  activity: string;
  question: string;
  choices: { key: string; text: string }[];
  round: number;
  open: boolean;
  mine: string | null;
}

/** The class as the teacher leads it, seen from a pupil's seat. */
export interface Live {
  period: string;
  version: number;
  pace: "teacher" | "free";
  released: string[];
  current: string | null;
  paused: boolean;
  poll: Poll | null;
  ended: boolean;
}

export interface AttemptResult {
  id: string;
  status: "recorded" | "again" | "refused";
  item: string;
  correct: boolean | null;
  reply: string;
  waits: boolean;
  solution_open: boolean;
  late: string;
  message: string;
}

/** A refusal written for people (RFC 9457 with `kept` and `next`). */
export interface Problem {
  title: string;
  status: number;
  kept: string;
  next: string;
}
