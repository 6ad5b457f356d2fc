import { Controller } from "@hotwired/stimulus";
import { send } from "../cockpit/send";
import type PollController from "../controllers/poll";

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  PageDown: 1,
  " ": 1,
  ArrowLeft: -1,
  PageUp: -1,
};

/** The projector's page: arrow keys and a presenter's remote turn the slides; a form inside is sent in place. */
export default class WallController extends Controller<HTMLElement> {
  static override values = { act: String };
  declare readonly actValue: string;

  /** data-action="keydown@document->wall#key" */
  async key(event: KeyboardEvent): Promise<void> {
    const step = STEPS[event.key];
    const wall = this.element.querySelector<HTMLElement>("[data-slides]");
    const onControl = event.target instanceof Element && event.target.closest("button, a, input, textarea");
    if (step === undefined || !wall || wall.dataset["wall"] !== "slides" || onControl) return;
    event.preventDefault();
    const last = Number(wall.dataset["slides"]) - 1;
    const slide = Math.min(last, Math.max(0, Number(wall.dataset["slide"]) + step));
    if (slide === Number(wall.dataset["slide"])) return;
    await this.act({ act: "wall", wall: "slides", slide: String(slide) });
  }

  /** data-action="submit->wall#send" */
  async send(event: SubmitEvent): Promise<void> {
    if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    await this.act(new FormData(event.target));
  }

  /** poll:over: the period has ended; the wall says so and asks no more. */
  over(): void {
    const main = this.element.querySelector("main");
    if (!main) return;
    const words = document.createElement("h2");
    words.textContent = "下课了";
    const slide = document.createElement("div");
    slide.className = "slide say-big";
    slide.append(words);
    main.replaceChildren(slide);
  }

  private async act(fields: FormData | Record<string, string>): Promise<void> {
    const sent = await send(this.actValue, fields);
    if (sent.ok) await this.poll()?.now();
  }

  private poll(): PollController | null {
    return this.application.getControllerForElementAndIdentifier(
      this.element,
      "poll",
    ) as PollController | null;
  }
}
