import { Controller } from "@hotwired/stimulus";

/** A box a wide table or drawing scrolls in: shades the side where more is, takes the keyboard only when it scrolls, and
 * begins where the thing stands now (`.here`). */
export default class ScrollerController extends Controller<HTMLElement> {
  private observer: ResizeObserver | undefined;

  override connect(): void {
    this.element.addEventListener("scroll", this.look, { passive: true });
    if (typeof ResizeObserver !== "undefined") {
      this.observer = new ResizeObserver(this.look);
      this.observer.observe(this.element);
    }
    this.toHere();
    this.look();
  }

  override disconnect(): void {
    this.element.removeEventListener("scroll", this.look);
    this.observer?.disconnect();
  }

  private toHere(): void {
    const here = this.element.querySelector(".here")?.getBoundingClientRect();
    if (!here) return;
    const { left, width } = this.element.getBoundingClientRect();
    const middle = here.left - left + here.width / 2;
    if (middle + here.width > width) this.element.scrollLeft = middle - width / 2;
  }

  private readonly look = () => {
    const { scrollLeft, scrollWidth, clientWidth, classList } = this.element;
    const scrolls = scrollWidth > clientWidth + 1;
    classList.toggle("more-left", scrolls && scrollLeft > 1);
    classList.toggle("more-right", scrolls && scrollLeft + clientWidth < scrollWidth - 1);
    if (scrolls) this.element.tabIndex = 0;
    else this.element.removeAttribute("tabindex");
  };
}
