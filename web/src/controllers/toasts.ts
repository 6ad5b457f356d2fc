import { Controller } from "@hotwired/stimulus";

/** The live region of a page: shows what was done until it is read away, the next one comes or Esc is pressed. */
export default class ToastsController extends Controller<HTMLElement> {
  override connect(): void {
    document.addEventListener("qiming:say", this.say);
    document.addEventListener("keydown", this.keys);
  }

  override disconnect(): void {
    document.removeEventListener("qiming:say", this.say);
    document.removeEventListener("keydown", this.keys);
  }

  close(event: Event): void {
    (event.currentTarget as HTMLElement).closest(".toast")?.remove();
  }

  private readonly keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") this.element.lastElementChild?.remove();
  };

  private readonly say = (event: Event) => {
    const { text, kind } = (event as CustomEvent<{ text: string; kind: string }>).detail;
    const toast = document.createElement("div");
    toast.className = kind ? `toast ${kind}` : "toast";
    const line = document.createElement("p");
    line.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn sm bare";
    close.textContent = "知道了";
    close.dataset["action"] = "toasts#close";
    toast.append(line, close);
    this.element.replaceChildren(toast);
  };
}
