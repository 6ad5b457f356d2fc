import { csrfToken } from "../lib/csrf";
import { signedOut } from "../lib/signed-out";

export type Sent = { ok: true; go: string; html: string } | { ok: false; html: string };

/** Sends a form (or plain fields) as a piece of the page; a refusal comes back as the server's own words. */
export async function send(url: string, fields: FormData | Record<string, string>): Promise<Sent> {
  const body = new URLSearchParams();
  const pairs = fields instanceof FormData ? Array.from(fields.entries()) : Object.entries(fields);
  for (const [name, value] of pairs) if (typeof value === "string") body.append(name, value);
  try {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-Fragment": "1", "X-CSRFToken": csrfToken() },
      body,
    });
    if (answer.status === 401) {
      await signedOut();
      return { ok: false, html: await answer.text() };
    }
    if (answer.ok) return { ok: true, go: answer.headers.get("X-Go") ?? "", html: await answer.text() };
    return { ok: false, html: await answer.text() };
  } catch {
    return { ok: false, html: "" };
  }
}
