// A teacher tries a lesson as a pupil would: marked by the server, kept nowhere.

import type { Transport } from "./transport";
import type { AttemptResult, Json, PageData } from "./types";

type Told = (item: string, result: AttemptResult) => void;

export class Trying {
  private readonly taken = new Map<string, number>();
  private readonly tried = new Map<string, number>();

  constructor(
    private readonly page: PageData,
    private readonly transport: Transport,
  ) {}

  async answer(id: string, item: string, response: Json, told: Told): Promise<string> {
    const tries = (this.tried.get(item) ?? 0) + 1;
    this.tried.set(item, tries);
    const sent = await this.transport.send("POST", "try/answer", { ...this.named(item), response });
    if (!sent.ok) return sent.why === "refused" ? sent.problem.title : "没有送到，请检查网络后再试";
    const open = tries >= 2 && (this.taken.get(item) ?? 0) >= (this.page.items[item]?.hints ?? 0);
    told(item, { ...(sent.body as unknown as AttemptResult), id, solution_open: open });
    return "";
  }

  async hint(item: string, rung: number): Promise<string | null> {
    const sent = await this.transport.send("POST", "try/hint", { ...this.named(item), rung });
    if (!sent.ok) return null;
    this.taken.set(item, Math.max(rung, this.taken.get(item) ?? 0));
    return (sent.body as { html: string }).html;
  }

  async solution(item: string): Promise<string | null> {
    const sent = await this.transport.send("POST", "try/solution", this.named(item));
    return sent.ok ? (sent.body as { html: string }).html : null;
  }

  private named(item: string): { item: string; draft: string | null } {
    return { item: this.page.items[item]?.id ?? "", draft: this.page.draft ?? null };
  }
}
