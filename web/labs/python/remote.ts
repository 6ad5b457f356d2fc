// A program on the school's server: into the queue, its place in it, what it prints, what came of it. Survives a network
// that comes and goes, and a page that is left: the run's name is kept with the work.
import type { ServerRun, ServerRuns } from "../host";
import { readDrawings } from "./drawing";
import { type Ending, type Last, NOTHING, readError } from "./state";

const LOOK_MS = 700;
const PATIENT_LOOKS = 40;
const FIRST_LOOKS = 5; // a run nobody knows any more

export type Came = { kind: "run"; run: ServerRun } | { kind: "refused"; words: string };

export class Remote {
  /** How many are run before ours; 0 once it runs. */
  ahead = 0;
  waiting = false;
  private id: string | null = null;
  private gone = false;

  constructor(
    private readonly server: ServerRuns,
    private readonly changed: (run: ServerRun) => void,
  ) {}

  get packages(): string {
    return this.server.packages;
  }

  /** Asks and waits for the end; `named` hears the run's name as soon as there is one. */
  async run(code: string, answers: string, named: (id: string) => void): Promise<Came> {
    const asked = await this.server.ask(code, answers);
    if (typeof asked === "string") return { kind: "refused", words: asked };
    named(asked.id);
    return this.follow(asked.id, asked);
  }

  /** Goes on with a run that was asked for earlier. */
  async follow(id: string, first: ServerRun | null = null): Promise<Came> {
    this.id = id;
    let missed = 0;
    let patience = first ? PATIENT_LOOKS : FIRST_LOOKS;
    let seen = first ?? (await this.server.see(id));
    while (!this.gone) {
      if (seen) {
        missed = 0;
        patience = PATIENT_LOOKS;
        this.ahead = seen.ahead;
        this.waiting = seen.state === "waiting";
        this.changed(seen);
        if (seen.state !== "waiting" && seen.state !== "running") return { kind: "run", run: seen };
      } else if (++missed > patience) break;
      await new Promise((done) => setTimeout(done, LOOK_MS * (seen ? 1 : 3)));
      seen = await this.server.see(id);
    }
    return {
      kind: "refused",
      words: "联系不上学校服务器。程序都在；网络好了再跑一次，或先用“运行”，在这台设备上跑。",
    };
  }

  async stop(): Promise<void> {
    if (this.id) await this.server.stop(this.id);
  }

  close(): void {
    this.gone = true;
  }
}

const ENDINGS: Record<string, Ending> = {
  done: "clean",
  wall: "timeout",
  cpu: "timeout",
  stopped: "stopped",
};

/** A finished run as the lab shows and keeps it; everything in it may be anything. */
export function cameBack(came: Came, live: string): Last {
  if (came.kind === "refused") return { ...NOTHING, ending: "stopped", server: came.words };
  const { outcome, output, says } = came.run;
  const error = outcome["error"] ? readError(outcome["error"]) : null;
  const ending = error ? "error" : (ENDINGS[String(outcome["ending"])] ?? "crashed");
  const ms = typeof outcome["wall_ms"] === "number" ? outcome["wall_ms"] : 0;
  const seconds = (Math.max(ms, 100) / 1000).toFixed(1);
  return {
    ...NOTHING,
    ending,
    error,
    asked: typeof outcome["asked"] === "string" ? outcome["asked"].slice(0, 200) : null,
    output: output || live,
    drawings: readDrawings(outcome["drawings"]),
    ms,
    server:
      ending === "clean" ? `在学校服务器上跑完了，用了 ${seconds} 秒。` : says || "学校服务器没有说出结果。",
  };
}
