import { Controller } from "@hotwired/stimulus";

/**
 * On a form: the pressed button says what is being done (data-busy="正在发给45人") and can't be pressed twice.
 * A page shown again from the browser's memory is ready at once.
 */
export default class BusyController extends Controller<HTMLFormElement> {
  private pressed: HTMLButtonElement | undefined;
  private was: ChildNode[] = [];

  override connect(): void {
    this.element.addEventListener("submit", this.start);
    this.element.addEventListener("htmx:finally:request", this.ready);
    addEventListener("pageshow", this.ready);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.start);
    this.element.removeEventListener("htmx:finally:request", this.ready);
    removeEventListener("pageshow", this.ready);
  }

  private readonly start = (event: SubmitEvent) => {
    if (this.pressed) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter ?? this.element.querySelector("button[type=submit], .btn.go");
    queueMicrotask(() => {
      if (event.defaultPrevented && !this.element.matches("[hx-post], [hx-get]")) return;
      if (!(button instanceof HTMLButtonElement)) return;
      this.pressed = button;
      this.was = Array.from(button.childNodes);
      button.setAttribute("aria-busy", "true");
      if (button.dataset["busy"]) button.replaceChildren(button.dataset["busy"]);
    });
  };

  private readonly ready = () => {
    if (!this.pressed) return;
    this.pressed.removeAttribute("aria-busy");
    this.pressed.replaceChildren(...this.was);
    this.pressed = undefined;
  };
}
