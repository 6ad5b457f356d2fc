import { Controller } from "@hotwired/stimulus";

/** A form of filters that asks anew as soon as one is changed; the button is for those without scripts. */
export default class AutosubmitController extends Controller<HTMLFormElement> {
  static override targets = ["button"];
  static override values = { wait: { type: Number, default: 350 } };
  declare readonly buttonTargets: HTMLElement[];
  declare readonly waitValue: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private composing = false;

  override connect(): void {
    for (const button of this.buttonTargets) button.hidden = true;
    this.element.addEventListener("change", this.changed);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("compositionstart", this.began);
    this.element.addEventListener("compositionend", this.ended);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    this.element.removeEventListener("change", this.changed);
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("compositionstart", this.began);
    this.element.removeEventListener("compositionend", this.ended);
  }

  private readonly changed = (event: Event) => {
    if (!isText(event.target)) this.later(0);
  };

  /** Words being spelt by an input method are not sent until they are chosen. */
  private readonly typed = (event: Event) => {
    if (isText(event.target) && !this.composing) this.later(this.waitValue);
  };

  private readonly began = () => {
    this.composing = true;
  };

  private readonly ended = () => {
    this.composing = false;
    this.later(this.waitValue);
  };

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.element.requestSubmit(), ms);
  }
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ["text", "search"].includes(target.type);
}
