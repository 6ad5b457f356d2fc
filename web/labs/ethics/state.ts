// What is kept of a pupil's work in this studio, and how settings are read. Plain JSON, pure functions.
import type { TextSet } from "../datasets";
import { dice, shuffled } from "../dice";
import { list, raw, strings, whole } from "../given";
import { type Level, readLevel } from "../level";
import { CASES, type Case } from "./cases";
import type { Decision, Guess, Trial } from "./checks";
import { PICTURES, type Picture } from "./pictures";
import { LOOKS, type Look, learn, type Maker, write } from "./writer";

export const ROOMS = ["made", "cases", "fool"] as const;
export type Room = (typeof ROOMS)[number];
const MOST_TRIALS = 40;
export const MOST_LETTERS = 40;
const EACH = 5;

/** Something to guess about: a sentence or a picture. */
export interface Thing {
  id: string;
  maker: Maker;
  text: string;
  picture: Picture | null;
  how: string;
}

export interface Settings {
  level: Level;
  rooms: Room[];
  cases: Case[];
  things: Thing[];
  /** Sentences the writer learns from, and others by people. */
  train: string[];
  people: string[];
}

export interface LabState {
  v: 1;
  room: Room;
  at: number;
  draft: { said: Maker | null; reason: string };
  guesses: Guess[];
  open: string;
  decisions: Decision[];
  trial: { look: Look; seed: number; person: number; own: string };
  trials: Trial[];
  reached: number[];
  hints: number;
}

function thingsOf(train: string[], people: string[], pictures: boolean, seed: number): Thing[] {
  const roll = dice(seed);
  const known = new Set(train);
  const order = shuffled(people.length, roll);
  const written = order.slice(0, EACH).map(
    (i): Thing => ({
      id: `p${i}`,
      maker: "human",
      text: people[i] ?? "",
      picture: null,
      how: "课程组的人写的。",
    }),
  );
  const machines = ([2, 1] as const).map((look) => ({ look, counts: learn(train, look) }));
  const made: Thing[] = [];
  for (let n = 1; made.length < EACH && n < 400; n += 1) {
    const { look, counts } = machines[made.length % 2] as (typeof machines)[0];
    const text = write(counts, look, seed * 1000 + n);
    const long = Array.from(text).length;
    if (known.has(text) || long < 8 || long > 20) continue;
    const how = `小程序写的：每写一个字，只看前面 ${look} 个字，照着学过的句子接下去。`;
    made.push({ id: `m${seed}-${n}`, maker: "machine", text, picture: null, how });
  }
  const drawn = pictures
    ? PICTURES.map(
        (one): Thing => ({ id: one.key, maker: one.maker, text: one.alt, picture: one, how: one.how }),
      )
    : [];
  const all = [...written, ...made, ...drawn];
  return shuffled(all.length, roll).map((i) => all[i] as Thing);
}

export function readSettings(given: Record<string, unknown>, set: TextSet): Settings {
  const level = readLevel(given);
  const wanted = strings(given["rooms"]);
  const rooms = ROOMS.filter((one) => wanted.includes(one));
  const named = strings(given["cases"]);
  const fit = CASES.filter((one) => level !== "primary" || one.primary);
  const chosen = CASES.filter(({ key }) => named.includes(key));
  const of = (part: string) => set.sentences.filter((one) => one.part === part).map(({ text }) => text);
  const [train, people] = [of("train"), of("test")];
  const seed = whole(given["seed"], 1, 1, 4000);
  const things = thingsOf(train, people, given["pictures"] !== false, seed);
  const first = (one: Thing) => (one.picture ? 0 : 1);
  return {
    level,
    rooms: rooms.length ? rooms : [...ROOMS],
    cases: chosen.length ? chosen : fit,
    things: level === "primary" ? [...things].sort((a, b) => first(a) - first(b)) : things,
    train,
    people,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    room: settings.rooms[0] ?? "made",
    at: 0,
    draft: { said: null, reason: "" },
    guesses: [],
    open: settings.cases[0]?.key ?? "",
    decisions: [],
    trial: { look: 1, seed: 1, person: 0, own: "" },
    trials: [],
    reached: [],
    hints: 0,
  };
}

const maker = (value: unknown): Maker | null => (value === "human" || value === "machine" ? value : null);
const text = (value: unknown): string =>
  typeof value === "string" ? Array.from(value).slice(0, MOST_LETTERS).join("") : "";

function readGuess(value: unknown, settings: Settings): Guess | null {
  const { id, said, reason } = raw(value);
  const thing = settings.things.find((one) => one.id === id);
  const given = maker(said);
  return thing && given && text(reason)
    ? { id: thing.id, said: given, reason: text(reason), maker: thing.maker }
    : null;
}

function readDecision(value: unknown, settings: Settings): Decision | null {
  const given = raw(value);
  const found = settings.cases.find(({ key }) => key === given["case"]);
  const side = (key: unknown) => found?.sides.find((one) => one.key === key)?.key ?? "";
  const first = side(given["first"]);
  if (!found || !first) return null;
  const other = text(given["other"]);
  return {
    case: found.key,
    kind: found.kind,
    first,
    reason: text(given["reason"]),
    other,
    last: other ? side(given["last"]) : "",
  };
}

function readTrial(value: unknown): Trial | null {
  const given = raw(value);
  const [who, guess, came] = [maker(given["maker"]), maker(given["guess"]), maker(given["came"])];
  if (!who || !guess || !came || !text(given["text"])) return null;
  return { text: text(given["text"]), maker: who, look: whole(given["look"], -1, -1, 3), guess, came };
}

const once = <T>(all: T[], key: (one: T) => string): T[] => [
  ...new Map(all.map((one) => [key(one), one])).values(),
];

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const [draft, trial] = [raw(given["draft"]), raw(given["trial"])];
  const keep = <T>(value: unknown, read: (one: unknown) => T | null): T[] =>
    list(value)
      .map(read)
      .filter((one) => one !== null);
  return {
    ...fresh,
    room: settings.rooms.find((one) => one === given["room"]) ?? fresh.room,
    at: whole(given["at"], 0, 0, Math.max(0, settings.things.length - 1)),
    draft: { said: maker(draft["said"]), reason: text(draft["reason"]) },
    guesses: once(
      keep(given["guesses"], (one) => readGuess(one, settings)),
      ({ id }) => id,
    ),
    open: settings.cases.find(({ key }) => key === given["open"])?.key ?? fresh.open,
    decisions: once(
      keep(given["decisions"], (one) => readDecision(one, settings)),
      (one) => one.case,
    ),
    trial: {
      look: LOOKS.find((one) => one === trial["look"]) ?? fresh.trial.look,
      seed: whole(trial["seed"], 1, 1, 1e5),
      person: whole(trial["person"], 0, 0, 1e5),
      own: text(trial["own"]),
    },
    trials: keep(given["trials"], readTrial).slice(-MOST_TRIALS),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 1e5),
  };
}

/** The same sentence tried again counts as it came last. */
export function keepTrial(state: LabState, one: Trial): void {
  state.trials = [...state.trials.filter(({ text: said }) => said !== one.text), one].slice(-MOST_TRIALS);
}
