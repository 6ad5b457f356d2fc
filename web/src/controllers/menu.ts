import { Controller } from "@hotwired/stimulus";

/** A <details class="menu">: closes on Esc, on a click elsewhere and when focus leaves; arrows move inside. */
export default class MenuController extends Controller<HTMLDetailsElement> {
  override connect(): void {
    document.addEventListener("click", this.outside);
    this.element.addEventListener("keydown", this.keys);
    this.element.addEventListener("focusout", this.left);
  }

  override disconnect(): void {
    document.removeEventListener("click", this.outside);
    this.element.removeEventListener("keydown", this.keys);
    this.element.removeEventListener("focusout", this.left);
  }

  private entries(): HTMLElement[] {
    return Array.from(
      this.element.querySelectorAll<HTMLElement>(".menu-list :is(a[href], button:not([disabled]))"),
    );
  }

  private readonly outside = (event: Event) => {
    if (!this.element.contains(event.target as Node)) this.element.open = false;
  };

  private readonly left = (event: FocusEvent) => {
    const to = event.relatedTarget;
    if (to instanceof Node && !this.element.contains(to)) this.element.open = false;
  };

  private readonly keys = (event: KeyboardEvent) => {
    if (event.key === "Escape" && this.element.open) {
      this.element.open = false;
      this.element.querySelector("summary")?.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.element.open = true;
    const all = this.entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
}
