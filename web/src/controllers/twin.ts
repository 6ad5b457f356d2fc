import { Controller } from "@hotwired/stimulus";

/** A chart and the table that says the same: one shown at a time, the choice kept for this device. */
export default class TwinController extends Controller {
  static override targets = ["chart", "table", "pick"];
  static override values = { key: String };
  declare readonly chartTargets: HTMLElement[];
  declare readonly tableTargets: HTMLElement[];
  declare readonly pickTargets: HTMLButtonElement[];
  declare readonly keyValue: string;

  override connect(): void {
    this.show(this.remembered() === "table" ? "table" : "chart");
  }

  pick(event: Event): void {
    const side = (event.currentTarget as HTMLElement).dataset["side"] === "table" ? "table" : "chart";
    this.show(side);
    try {
      localStorage.setItem(this.storeKey, side);
    } catch {
      // without storage the choice lasts for this page
    }
  }

  private get storeKey(): string {
    return `qiming:twin:${this.keyValue}`;
  }

  private remembered(): string | null {
    try {
      return localStorage.getItem(this.storeKey);
    } catch {
      return null;
    }
  }

  private show(side: "chart" | "table"): void {
    for (const chart of this.chartTargets) chart.hidden = side !== "chart";
    for (const table of this.tableTargets) table.hidden = side !== "table";
    for (const pick of this.pickTargets) {
      pick.setAttribute("aria-pressed", String((pick.dataset["side"] ?? "chart") === side));
    }
  }
}
