import { Controller } from "@hotwired/stimulus";

/**
 * A grid of tick boxes walked with the arrow keys: one row a pupil, the first box "handed in", the others one
 * purpose each. In a row, 0 changes the first box, 1 to 9 the purposes. A line below says what will be kept. Tab
 * stops in the grid once, where one was last: 45 pupils are 270 boxes before the button.
 */
export default class SlipGridController extends Controller<HTMLFormElement> {
  static override targets = ["row", "in", "sum", "missing", "script"];
  declare readonly rowTargets: HTMLTableRowElement[];
  declare readonly sumTarget: HTMLElement;
  declare readonly missingTargets: HTMLElement[];
  declare readonly scriptTargets: HTMLElement[];

  override connect(): void {
    for (const one of this.scriptTargets) one.hidden = false;
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("change", this.changed);
    this.element.addEventListener("focusin", this.came);
    const all = this.rowTargets.flatMap((row) => this.boxes(row));
    for (const box of all) box.tabIndex = box === all[0] ? 0 : -1;
    this.stop = all[0];
    this.look();
  }

  override disconnect(): void {
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("change", this.changed);
    this.element.removeEventListener("focusin", this.came);
  }

  /** The box in which Tab stops. */
  private stop: HTMLInputElement | undefined;

  private readonly came = (event: Event) => {
    const box = event.target as HTMLInputElement;
    if (!this.rowTargets.some((row) => row.contains(box))) return;
    if (this.stop) this.stop.tabIndex = -1;
    box.tabIndex = 0;
    this.stop = box;
  };

  /** Everybody who has not answered handed a slip in. */
  all(): void {
    for (const body of this.missingTargets)
      for (const row of body.querySelectorAll("tr")) {
        const box = row.querySelector("input");
        if (box) box.checked = true;
      }
    this.look();
    this.boxes(this.rowTargets[0])[0]?.focus();
  }

  private boxes(row: Element | undefined): HTMLInputElement[] {
    return [...(row?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? [])];
  }

  private readonly key = (event: KeyboardEvent) => {
    const box = event.target as HTMLInputElement;
    const at = this.rowTargets.findIndex((row) => row.contains(box));
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = this.boxes(this.rowTargets[at]);
    const column = row.indexOf(box);
    if (/^[0-9]$/.test(event.key)) {
      const wanted = row[Number(event.key)];
      if (!wanted) return;
      wanted.checked = !wanted.checked;
      this.tickRow(row, wanted);
    } else {
      const next = this.next(event.key, at, column);
      if (!next) return;
      next.focus();
    }
    event.preventDefault();
    this.look();
  };

  private next(key: string, at: number, column: number): HTMLInputElement | undefined {
    if (key === "ArrowUp" || key === "ArrowDown") {
      const row = this.rowTargets[at + (key === "ArrowUp" ? -1 : 1)];
      return this.boxes(row)[column];
    }
    if (key === "ArrowLeft" || key === "ArrowRight")
      return this.boxes(this.rowTargets[at])[column + (key === "ArrowLeft" ? -1 : 1)];
    // Enter would send a form half filled in: it goes down a row instead.
    return key === "Enter"
      ? (this.boxes(this.rowTargets[at + 1])[column] ?? this.boxes(this.rowTargets[at])[column])
      : undefined;
  }

  private readonly changed = (event: Event) => {
    const row = this.rowTargets.find((one) => one.contains(event.target as Node));
    if (row) this.tickRow(this.boxes(row), event.target as HTMLInputElement);
    this.look();
  };

  /** Who says no to something has handed a slip in. */
  private tickRow(row: HTMLInputElement[], changed: HTMLInputElement): void {
    const [handedIn] = row;
    if (handedIn && changed !== handedIn && !changed.checked) handedIn.checked = true;
  }

  private look(): void {
    let slips = 0;
    let no = 0;
    for (const row of this.rowTargets) {
      const [handedIn, ...purposes] = this.boxes(row);
      row.classList.toggle("out", !handedIn?.checked);
      if (!handedIn?.checked) continue;
      slips += 1;
      no += purposes.filter((one) => !one.checked).length;
    }
    this.sumTarget.textContent = slips
      ? `要记下${slips}份${no ? `，其中${no}处不同意` : "，都同意"}。`
      : "还没有勾“交了”的。";
  }
}
