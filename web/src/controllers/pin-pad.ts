import { Controller } from "@hotwired/stimulus";

/**
 * A secret of pictures for those who can't type yet: tap three, in order. Picture buttons are targets "key"
 * with data-picture and a spoken name; "slot" are the places that fill; "value" is the hidden field
 * (bottle-can-fish); "go" is the button to enter, ready when all places are full.
 */
export default class PinPadController extends Controller<HTMLElement> {
  static override targets = ["key", "slot", "value", "go", "told"];
  static override values = { auto: Boolean };
  declare readonly keyTargets: HTMLButtonElement[];
  declare readonly slotTargets: HTMLElement[];
  declare readonly valueTargets: HTMLInputElement[];
  declare readonly goTargets: HTMLButtonElement[];
  declare readonly toldTargets: HTMLElement[];
  declare readonly autoValue: boolean;
  private picked: HTMLButtonElement[] = [];

  override connect(): void {
    this.draw();
  }

  pick(event: Event): void {
    if (this.picked.length >= this.slotTargets.length) return;
    const key = event.currentTarget as HTMLButtonElement;
    this.picked.push(key);
    this.draw();
    const left = this.slotTargets.length - this.picked.length;
    this.tell(
      left
        ? `第${this.picked.length}个：${name(key)}。还要${left}个。`
        : `第${this.picked.length}个：${name(key)}。可以进入了。`,
    );
    if (left) return;
    if (this.autoValue) this.valueTargets[0]?.form?.requestSubmit();
    else this.goTargets[0]?.focus();
  }

  undo(): void {
    this.picked.pop();
    this.draw();
    this.tell("去掉了一个。");
  }

  clear(): void {
    this.picked = [];
    this.draw();
    this.tell("重新点。");
  }

  private draw(): void {
    this.slotTargets.forEach((slot, i) => {
      const key = this.picked[i];
      const drawing = key?.querySelector("svg")?.cloneNode(true);
      slot.classList.toggle("full", key !== undefined);
      slot.replaceChildren(drawing ?? String(i + 1));
      slot.setAttribute("aria-label", key ? `第${i + 1}个：${name(key)}` : `第${i + 1}个，还没点`);
    });
    for (const field of this.valueTargets) {
      field.value = this.picked.map((key) => key.dataset["picture"] ?? "").join("-");
    }
    for (const go of this.goTargets) go.disabled = this.picked.length < this.slotTargets.length;
  }

  private tell(words: string): void {
    for (const told of this.toldTargets) told.textContent = words;
  }
}

function name(key: HTMLButtonElement): string {
  return key.getAttribute("aria-label") ?? key.textContent?.trim() ?? "";
}
