import { Controller } from "@hotwired/stimulus";
import type PollController from "../controllers/poll";
import { parseFragment } from "../lib/morph";
import { say } from "../lib/say";
import { send } from "./send";

const NOT_SENT = "没有送到。网络恢复后再点一次，学生那边照常。";

/**
 * The teacher's 45 minutes on one page, together with `poll`: a form inside is sent without leaving the page
 * and the board is asked for at once; a seat opens in a panel; the two orders of the grid are two addresses of
 * the same piece. When the server refuses, its words are shown and nothing else changes.
 */
export default class CockpitController extends Controller<HTMLElement> {
  static override targets = ["panel", "trouble"];
  static override values = { confirm: String };
  declare readonly panelTarget: HTMLDialogElement;
  declare readonly troubleTarget: HTMLElement;
  declare readonly confirmValue: string;
  private leaving = false;

  /** data-action="submit->cockpit#send": what the form says is done, then the board is fresh. */
  async send(event: SubmitEvent): Promise<void> {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const pressed = event.submitter;
    if (pressed instanceof HTMLButtonElement) pressed.setAttribute("aria-busy", "true");
    const sent = await send(form.action, new FormData(form));
    if (pressed instanceof HTMLButtonElement) pressed.removeAttribute("aria-busy");
    if (!sent.ok) {
      this.refuse(sent.html);
      return;
    }
    if (sent.go) {
      this.leave(sent.go);
      return;
    }
    this.troubleTarget.replaceChildren();
    // What the answer shows is read out across the desk: the panel stays open with it.
    if (form.hasAttribute("data-cockpit-stay")) this.showIn(sent.html);
    else form.closest("dialog")?.close();
    await this.poll()?.now();
  }

  /** data-action="click->cockpit#open": a seat opens beside the board, an order of the grid is chosen. */
  async open(event: MouseEvent): Promise<void> {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey) return;
    const order = event.target.closest<HTMLElement>("[data-cockpit-by]");
    if (order) {
      await this.arrange(order.dataset["cockpitBy"] ?? "step");
      return;
    }
    if (event.target.closest("[data-cockpit-close]")) {
      event.preventDefault();
      this.panelTarget.close();
      return;
    }
    const seat = event.target.closest<HTMLAnchorElement>("a[data-cockpit-panel]");
    if (!seat) return;
    event.preventDefault();
    await this.show(seat.href);
  }

  /** poll:refused: the right was lost while the page was open. */
  refused(event: CustomEvent<{ html: string }>): void {
    this.refuse(event.detail.html);
    document.getElementById("board")?.setAttribute("inert", "");
  }

  /** poll:over: somebody ended the period. */
  over(): void {
    this.leave(this.confirmValue);
  }

  /** The answer to the touch and the board both say where to go; going twice would break off the first. */
  private leave(address: string): void {
    if (this.leaving) return;
    this.leaving = true;
    addEventListener("pagehide", () => (this.leaving = false), { once: true });
    location.assign(address);
  }

  private async arrange(by: string): Promise<void> {
    const poll = this.element.dataset["pollUrlValue"] ?? "";
    this.element.dataset["pollUrlValue"] = poll.replace(/by=\w+/, `by=${by}`);
    history.replaceState(null, "", `?by=${by}`);
    await this.poll()?.now();
  }

  private async show(url: string): Promise<void> {
    const answer = await fetch(url, { headers: { "X-Fragment": "1" }, credentials: "same-origin" }).catch(
      () => null,
    );
    const html = answer ? await answer.text() : "";
    if (!answer?.ok) {
      this.refuse(html);
      return;
    }
    this.showIn(html);
  }

  private showIn(html: string): void {
    const piece = parseFragment(html);
    if (!piece) return;
    this.panelTarget.replaceChildren(document.importNode(piece, true));
    if (!this.panelTarget.open) this.panelTarget.showModal();
  }

  private refuse(html: string): void {
    const piece = html ? parseFragment(html) : null;
    if (piece) this.troubleTarget.replaceChildren(document.importNode(piece, true));
    else say(NOT_SENT, "need");
  }

  private poll(): PollController | null {
    return this.application.getControllerForElementAndIdentifier(
      this.element,
      "poll",
    ) as PollController | null;
  }
}
