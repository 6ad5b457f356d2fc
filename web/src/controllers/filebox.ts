import { Controller } from "@hotwired/stimulus";

/** A file input one can drop on: says which file was chosen and whether it is too large before it is sent. */
export default class FileboxController extends Controller<HTMLElement> {
  static override targets = ["box", "chosen"];
  static override values = { max: { type: Number, default: 10 * 1024 * 1024 } };
  declare readonly boxTargets: HTMLElement[];
  declare readonly chosenTargets: HTMLElement[];
  declare readonly maxValue: number;

  override connect(): void {
    this.element.addEventListener("change", this.tell);
    this.element.addEventListener("dragover", this.over);
    this.element.addEventListener("dragleave", this.away);
    this.element.addEventListener("drop", this.dropped);
  }

  override disconnect(): void {
    this.element.removeEventListener("change", this.tell);
    this.element.removeEventListener("dragover", this.over);
    this.element.removeEventListener("dragleave", this.away);
    this.element.removeEventListener("drop", this.dropped);
  }

  private input(): HTMLInputElement | null {
    return this.element.querySelector('input[type="file"]');
  }

  private mark(on: boolean): void {
    for (const box of this.boxTargets) box.classList.toggle("over", on);
  }

  private readonly over = (event: DragEvent) => {
    event.preventDefault();
    this.mark(true);
  };

  private readonly away = () => this.mark(false);

  private readonly dropped = (event: DragEvent) => {
    event.preventDefault();
    this.mark(false);
    const input = this.input();
    if (!input || !event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    this.tell();
  };

  private readonly tell = () => {
    const files = Array.from(this.input()?.files ?? []);
    const large = files.find((file) => file.size > this.maxValue);
    this.input()?.setCustomValidity(
      large ? `${large.name} 有 ${size(large.size)}，最多 ${size(this.maxValue)}` : "",
    );
    for (const chosen of this.chosenTargets) {
      chosen.hidden = files.length === 0;
      chosen.textContent = large
        ? `${large.name} 太大了（${size(large.size)}，最多${size(this.maxValue)}），请换一个。`
        : files.map((file) => `${file.name}（${size(file.size)}）`).join("、");
      chosen.classList.toggle("need", large !== undefined);
    }
  };
}

export function size(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
