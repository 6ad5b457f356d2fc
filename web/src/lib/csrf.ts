/**
 * The token that lets this page change things; sent with every request that isn't a GET. The cookie's, because signing
 * in again in another window changes it while this page stays open; the page's own where there is no cookie yet.
 */
export function csrfToken(doc: Document = document): string {
  // Behind TLS the cookie carries the prefix that binds it to this host.
  const found = /(?:^|; )(?:__Host-)?csrftoken=([^;]*)/.exec(doc.cookie);
  if (found?.[1]) return decodeURIComponent(found[1]);
  return doc.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Puts the token of now into every form of the page: what was typed can be sent after signing in elsewhere. */
export function renewTokens(doc: Document = document): void {
  const token = csrfToken(doc);
  for (const field of doc.querySelectorAll<HTMLInputElement>('input[name="csrfmiddlewaretoken"]'))
    if (token) field.value = token;
}

/** fetch with the token and JSON both ways; other origins are refused by the page's policy anyway. */
export function postJson(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    ...init,
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" },
    body: JSON.stringify(body),
  });
}
