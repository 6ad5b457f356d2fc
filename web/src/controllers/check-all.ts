import { Controller } from "@hotwired/stimulus";

/** One box that ticks many, and a line that says how many are ticked. */
export default class CheckAllController extends Controller {
  static override targets = ["all", "one", "count"];
  declare readonly allTargets: HTMLInputElement[];
  declare readonly oneTargets: HTMLInputElement[];
  declare readonly countTargets: HTMLElement[];

  override connect(): void {
    this.look();
  }

  all(event: Event): void {
    const on = (event.currentTarget as HTMLInputElement).checked;
    for (const one of this.oneTargets) if (!one.disabled) one.checked = on;
    this.look();
  }

  look(): void {
    const usable = this.oneTargets.filter((one) => !one.disabled);
    const ticked = this.oneTargets.filter((one) => one.checked).length;
    for (const box of this.allTargets) {
      box.checked = usable.length > 0 && usable.every((one) => one.checked);
      box.indeterminate = !box.checked && ticked > 0;
    }
    for (const line of this.countTargets) line.textContent = String(ticked);
  }
}
