import { Controller } from "@hotwired/stimulus";

const FORWARD = new Set(["ArrowRight", "ArrowDown", "PageDown", " "]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);

/**
 * A lesson's slides, one at a time: arrow keys and a presenter's page keys turn, Home and End jump, F fills the
 * screen. The address keeps the place (#3). Without this script the slides stand one under another.
 */
export default class SlidesController extends Controller<HTMLElement> {
  static override targets = ["slide", "nav", "count", "back", "forward", "fill"];
  declare readonly slideTargets: HTMLElement[];
  declare readonly navTarget: HTMLElement;
  declare readonly countTarget: HTMLElement;
  declare readonly backTarget: HTMLButtonElement;
  declare readonly forwardTarget: HTMLButtonElement;
  declare readonly fillTarget: HTMLElement;

  private at = 0;

  override connect(): void {
    this.element.classList.add("on");
    this.navTarget.hidden = false;
    this.fillTarget.hidden = !document.fullscreenEnabled;
    this.read();
  }

  /** The place the address names. */
  read(): void {
    this.show(Number.parseInt(location.hash.slice(1), 10) - 1 || 0, false);
  }

  forward(): void {
    this.show(this.at + 1);
  }

  back(): void {
    this.show(this.at - 1);
  }

  key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const onControl = (event.target as HTMLElement).closest("button, a");
    if (FORWARD.has(event.key) && !(event.key === " " && onControl)) this.forward();
    else if (BACK.has(event.key)) this.back();
    else if (event.key === "Home") this.show(0);
    else if (event.key === "End") this.show(this.slideTargets.length - 1);
    else if (event.key.toLowerCase() === "f") this.fill();
    else return;
    event.preventDefault();
  }

  fill(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (document.fullscreenEnabled) void document.documentElement.requestFullscreen();
  }

  private show(wanted: number, remember = true): void {
    const last = this.slideTargets.length - 1;
    this.at = Math.min(Math.max(wanted, 0), last);
    this.slideTargets.forEach((slide, number) => {
      slide.hidden = number !== this.at;
    });
    this.countTarget.textContent = `第${this.at + 1}张，共${last + 1}张`;
    this.backTarget.disabled = this.at === 0;
    this.forwardTarget.disabled = this.at === last;
    if (remember) history.replaceState(history.state, "", `#${this.at + 1}`);
  }
}
