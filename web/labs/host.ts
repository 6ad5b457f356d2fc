// What a lab may ask of the page that carries it, and what it offers that page. A lab knows nothing else.
import type { TrainedModel } from "./models";

/** One thing the pupil is asked to reach; `goal` is a type listed in the lab's manifest, the rest its parameters. */
export interface Goal {
  goal: string;
  text: string;
  [parameter: string]: unknown;
}

/** How a lesson sets a lab up (lesson.yaml, `lab:`). */
export interface LabSpec {
  id: string;
  dataset: string;
  settings: Record<string, unknown>;
  goals: Goal[];
  hints: string[];
}

/**
 * `allowed`: offer it. `refused`: the family did not consent; a lab offers no camera, keeps no picture it took, and
 * can be finished all the same. `absent`: somebody looks at a work; nothing is offered, nothing taken away.
 */
export type Camera = "allowed" | "refused" | "absent";
/** The same for the microphone. */
export type Microphone = Camera;

/** One program on the school's server. `outcome` and `output` come from the program: to be read with care. */
export interface ServerRun {
  id: string;
  state: "waiting" | "running" | "done" | "stopped" | "replaced";
  ahead: number;
  output: string;
  outcome: Record<string, unknown>;
  /** How it ended, in words; empty when it simply ran to its end. */
  says: string;
}

/** Programs on the school's server, in its sandbox, with its queue and quotas. */
export interface ServerRuns {
  /** What they find there: “NumPy 2.4、pandas 2.3…”. */
  readonly packages: string;
  /** The run, or why not, in words for the pupil. */
  ask(code: string, answers: string): Promise<ServerRun | string>;
  /** null when no answer comes. */
  see(id: string): Promise<ServerRun | null>;
  stop(id: string): Promise<void>;
}

/** One question: the most chosen first. */
export interface ClassChoice {
  about: string;
  answered: number;
  counts: { choice: string; n: number; share: number }[];
}

export interface LabHost {
  /** What `save` was last given, here or on another device; null on the first visit. */
  state(): unknown | null;
  /**
   * Keeps the pupil's work; called after every change, the host decides when it is sent. Always plain JSON.
   * What lies under the key `local` (a pupil's own pictures) stays on this device: a host sends `withoutLocal(state)`
   * and gives the key back in `state()`; it goes along only with a work that the pupil hands in.
   */
  save(state: unknown): void;
  /** A goal checked itself and holds. Called once per goal and mount; the host may hear it again after a resume. */
  reached(goalIndex: number, detail: Record<string, unknown>): void;
  /**
   * Something worth keeping as evidence, in the vocabulary below. Never pictures, names or what a pupil typed at length.
   *
   * | word | detail |
   * |---|---|
   * | `predicted` | `{about, guess}`: before the result is shown |
   * | `saw-prediction` | `{about, guess, came, right}`: what came, and whether it was as guessed |
   * | `trained` | `{method, settings, scores}`: one model; what says which data it learnt from stands in `settings.data` |
   * | `tested` | `{settings, scores}`: scores are numbers, or `{right, all}` |
   * | `explained` | `{about, words}`: what the pupil chose to say about it |
   * | `broke` | `{how}`: made it fail on purpose |
   * | `chose` | `{about, choice}`: where nobody is right; the last one counts (`choices`) |
   *
   * `about` is a short question in Chinese: the teacher reads it. The server (qiming/learning/labs/words.py) keeps of
   * a known word these details, each of its type, puts what stands beside them into `more`, and keeps other words small.
   */
  did(what: string, detail: Record<string, unknown>): void;
  /** Whether the camera may be offered. Asked at every mount. */
  camera(): Camera;
  /** Whether the microphone may be offered; a host without this has none. Recordings lie under `local.sounds` and never leave the device. */
  microphone?(): Microphone;
  /** Address of a dataset's folder or of one file in it. */
  datasetUrl(name: string, file?: string): string;
  /** Tells the pupil a short result in the host's live region. */
  say(text: string): void;
  /**
   * How the own class chose (`chose`), without names, for questions that five pupils answered. null where there is no
   * class to ask: outside lessons, without network, while a teacher tries.
   */
  choices?(): Promise<ClassChoice[] | null>;
  /** For senior classes, where the school runs programs itself; null or left out everywhere else. */
  server?(): ServerRuns | null;
  /**
   * The pupil's own trained models, which other labs can use (`models.ts`); a page that keeps none leaves these out.
   * Keeping under an id that is there replaces it. Answers "" when it is kept, else why not, in words for the pupil.
   */
  keepModel?(model: TrainedModel): Promise<string>;
  /** Newest first. Empty, never an error, where they are not to be had. */
  models?(): Promise<TrainedModel[]>;
  dropModel?(id: string): Promise<void>;
}

export interface Lab {
  mount(root: HTMLElement, spec: LabSpec, host: LabHost): Promise<void>;
  /** Saves, stops workers and the camera, empties the root. */
  unmount(): void;
}

/** The part of a lab's state that may leave the device. */
export function withoutLocal(state: unknown): unknown {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return state;
  return Object.fromEntries(Object.entries(state).filter(([key]) => key !== "local"));
}
