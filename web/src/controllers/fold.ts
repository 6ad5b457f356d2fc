import { Controller } from "@hotwired/stimulus";

/** A `<details>` that stands open where there is room beside the list and begins folded where it would push the list down. */
export default class FoldController extends Controller<HTMLDetailsElement> {
  static override values = { below: { type: Number, default: 900 } };
  declare readonly belowValue: number;
  private narrow: MediaQueryList | undefined;

  override connect(): void {
    this.narrow = matchMedia(`(max-width: ${this.belowValue}px)`);
    this.narrow.addEventListener("change", this.changed);
    this.changed();
  }

  override disconnect(): void {
    this.narrow?.removeEventListener("change", this.changed);
  }

  private readonly changed = () => {
    this.element.open = !this.narrow?.matches;
  };
}
