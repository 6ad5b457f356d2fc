// Talking to the server: what went wrong is told apart, because each kind is handled differently.

import type { Json, Problem } from "./types";

export type Sent =
  | { ok: true; status: number; body: Json }
  | { ok: false; why: "network" | "busy" | "signed-out" }
  | { ok: false; why: "refused"; problem: Problem };

export interface Transport {
  send(method: "POST" | "PUT", path: string, body: Json): Promise<Sent>;
  /** What the server holds; null when it does not come. */
  get?(path: string): Promise<Json>;
}

const PATIENCE_MS = 20_000;

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function token(): string {
  // Behind TLS the cookie carries the prefix that binds it to this host.
  return (
    cookie("__Host-csrftoken") ||
    cookie("csrftoken") ||
    document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ||
    ""
  );
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as Partial<Problem> & { detail?: unknown };
  return {
    title: body.title ?? "这一条没有收下",
    status: answer.status,
    kept: body.kept ?? "你写的还在这台设备上。",
    next: body.next ?? "请把这一页给老师看。",
  };
}

export class HttpTransport implements Transport {
  constructor(private base: string) {}

  async send(method: "POST" | "PUT", path: string, body: Json): Promise<Sent> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(this.base + path, {
        method,
        credentials: "same-origin",
        redirect: "error",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        body: JSON.stringify(body),
        signal: abort.signal,
      });
      if (answer.ok)
        return { ok: true, status: answer.status, body: (await answer.json().catch(() => null)) as Json };
      if (answer.status === 401) return { ok: false, why: "signed-out" };
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408)
        return { ok: false, why: "busy" };
      return { ok: false, why: "refused", problem: await problemOf(answer) };
    } catch {
      return { ok: false, why: "network" };
    } finally {
      clearTimeout(timer);
    }
  }

  async get(path: string): Promise<Json> {
    try {
      const answer = await fetch(this.base + path, {
        credentials: "same-origin",
        redirect: "error",
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return answer.ok ? ((await answer.json()) as Json) : null;
    } catch {
      return null;
    }
  }
}
