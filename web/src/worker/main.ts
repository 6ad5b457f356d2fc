// Service worker of the pupils' pages: a lesson opened once opens again without network. It keeps pages of
// one pupil only, gives the network the first word, and touches nothing that is sent.

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
  addEventListener(type: "install" | "activate", listener: (event: Lasting) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "message", listener: (event: Lasting & { data: Told }) => void): void;
}
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Told {
  who: string;
  page: string;
  files: string[];
}

const worker = self as unknown as Worker;
const PAGES = "qiming-pages-1";
const FILES = "qiming-files-1";
const WHO = "/learn/__who";
const PATIENCE_MS = 6_000;
const MOST_FILES = 400;

const OFFLINE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>没有网络</title><h1>没有网络，这一页还没存过</h1><p>你做过的都存在这台设备上，连上网会自动送出。</p><p><a href="/learn/">回我的课</a></p></html>`;

/** Which pages may be kept: a pupil's home, lessons, tests and practice runs. */
export function isKept(path: string): boolean {
  return (
    path === "/learn/" ||
    /^\/learn\/[0-9a-f-]{36}\/[\w-]+\/$/.test(path) ||
    /^\/learn\/practice\/run\/[0-9a-f-]{36}\/$/.test(path) ||
    /^\/learn\/tests\/[0-9a-f-]{36}\/$/.test(path)
  );
}

/** Files whose address names their content: they never change. */
export function isLasting(path: string): boolean {
  return path.startsWith("/static/web/assets/") || path.startsWith("/content/");
}

async function forgetPages(): Promise<void> {
  await caches.delete(PAGES);
}

/** The pages kept are those of one pupil; another one at the same tablet starts afresh. */
async function belongTo(who: string): Promise<void> {
  const pages = await caches.open(PAGES);
  const before = await (await pages.match(WHO))?.text();
  if (before !== undefined && before !== who) await forgetPages();
  await (await caches.open(PAGES)).put(WHO, new Response(who));
}

async function keep(request: Request | string, answer: Response): Promise<void> {
  if (answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(request, answer);
  else if (answer.redirected && new URL(answer.url).pathname.startsWith("/sign-in/")) await forgetPages();
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    const answer = await Promise.race([
      fetch(request),
      new Promise<never>((_, reject) => setTimeout(() => reject(new Error("slow")), PATIENCE_MS)),
    ]);
    if (answer.status < 500) {
      await keep(request, answer.clone());
      return answer;
    }
  } catch {
    // no network: what was kept, below
  }
  const kept = await (await caches.open(PAGES)).match(request, { ignoreSearch: false });
  return (
    kept ?? new Response(OFFLINE, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })
  );
}

async function fromCacheFirst(request: Request): Promise<Response> {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) {
    await files.put(request, answer.clone());
    const keys = await files.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST_FILES))) await files.delete(old);
  }
  return answer;
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys())
      if (name.startsWith("qiming-") && name !== PAGES && name !== FILES) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener("message", (event) => {
  const { who, page, files } = event.data;
  const work = async () => {
    await belongTo(who);
    const path = new URL(page, worker.location.href).pathname;
    if (isKept(path)) await keep(page, await fetch(page, { credentials: "same-origin" }));
    for (const file of files.slice(0, 60)) {
      if (isLasting(new URL(file, worker.location.href).pathname)) await fromCacheFirst(new Request(file));
    }
  };
  event.waitUntil(work().catch(() => undefined));
});

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (event.request.mode === "navigate" && isKept(url.pathname))
    event.respondWith(fromNetworkFirst(event.request));
  else if (isLasting(url.pathname)) event.respondWith(fromCacheFirst(event.request));
});
