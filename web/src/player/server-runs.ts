// Programs on the school's server, as a lab asks for them.

import type { ServerRun, ServerRuns } from "../../labs/host";
import { newId } from "./ids";
import type { Transport } from "./transport";
import type { PageData } from "./types";

export class PlayerRuns implements ServerRuns {
  constructor(
    private readonly page: PageData,
    private readonly transport: Transport,
    private readonly activity: string,
  ) {}

  get packages(): string {
    return this.page.server ?? "";
  }

  async ask(code: string, answers: string): Promise<ServerRun | string> {
    const { offering, lesson } = this.page;
    const body = { id: newId(), offering, lesson, activity: this.activity, code, answers };
    const sent = await this.transport.send("POST", "runs", body);
    if (sent.ok) return sent.body as unknown as ServerRun;
    if (sent.why === "refused") return `${sent.problem.title}。${sent.problem.next}`;
    return sent.why === "signed-out"
      ? "登录已经结束，程序还在这台设备上。重新登录后再跑。"
      : "联系不上学校服务器。程序还在，可以先用“运行”，在这台设备上跑。";
  }

  async see(id: string): Promise<ServerRun | null> {
    return ((await this.transport.get?.(`runs/${encodeURIComponent(id)}`)) ?? null) as ServerRun | null;
  }

  async stop(id: string): Promise<void> {
    await this.transport.send("POST", `runs/${encodeURIComponent(id)}/stop`, {});
  }
}
