import htmx from "htmx.org";
import { ask } from "../controllers/confirm";
import { csrfToken } from "./csrf";
import { say } from "./say";
import { signedOut } from "./signed-out";

interface RequestDetail {
  ctx?: { request?: { method?: string; headers?: Record<string, string>; body?: unknown } };
}

interface ResponseDetail {
  ctx?: { text?: string; swap?: string; response?: { status?: number } };
}

interface ConfirmDetail {
  ctx?: { confirm?: string | null };
  issueRequest?: () => void;
  dropRequest?: () => void;
}

/** htmx with our manners: the token on every change, our own dialog for hx-confirm, words when the network fails. */
export function startHtmx(): typeof htmx {
  document.addEventListener("htmx:config:request", (event) => {
    const request = (event as CustomEvent<RequestDetail>).detail.ctx?.request;
    if (request?.headers && request.method?.toUpperCase() !== "GET") {
      request.headers["X-CSRFToken"] = csrfToken();
      if (request.body instanceof FormData) request.body.delete("csrfmiddlewaretoken");
    }
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = (event as CustomEvent<ConfirmDetail>).detail;
    if (!ctx?.confirm) return;
    event.preventDefault();
    const [title = "", text] = ctx.confirm.split("\n");
    void ask(text ? { title, text } : { title }).then((yes) => (yes ? issueRequest?.() : dropRequest?.()));
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = (event as CustomEvent<ResponseDetail>).detail;
    if (ctx?.response?.status !== 401) return;
    event.preventDefault(); // nothing on the page is replaced: what was typed stays where it is
    void signedOut();
  });
  document.addEventListener("htmx:error", () => {
    say("没有送到。填过的内容还在，网络恢复后再点一次。", "need");
  });
  return htmx;
}
