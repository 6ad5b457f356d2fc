import { Controller } from "@hotwired/stimulus";

const YEAR_S = 365 * 24 * 3600;

/** Light or dark: kept in a cookie so that the server draws the next page right from the start. */
export default class ThemeController extends Controller {
  static override targets = ["label"];
  declare readonly labelTargets: HTMLElement[];

  override connect(): void {
    this.name();
  }

  toggle(): void {
    const next = this.current() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every school's browser
    document.cookie = `theme=${next};path=/;max-age=${YEAR_S};samesite=lax`;
    this.name();
  }

  private current(): "light" | "dark" {
    const set = document.documentElement.dataset["theme"];
    if (set === "light" || set === "dark") return set;
    return window.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  private name(): void {
    const words = this.current() === "dark" ? "换成浅色" : "换成深色";
    for (const label of this.labelTargets) label.textContent = words;
  }
}
