import { Controller } from "@hotwired/stimulus";

const PREFIX = "qiming:typed:";
const KEEP_MS = 12 * 3600 * 1000;

interface Kept {
  at: number;
  sent: boolean;
  interrupted: boolean;
  fields: Record<string, string>;
}

/**
 * Keeps what is typed in a form until it has arrived: after an error page, an expired sign-in, a reload or
 * a lost network the words are put back. Never keeps passwords, files or hidden fields. Lives in this tab only.
 */
export default class FormGuardController extends Controller<HTMLFormElement> {
  static override targets = ["told"];
  static override values = { key: String };
  declare readonly toldTargets: HTMLElement[];
  declare readonly keyValue: string;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connect(): void {
    this.putBack();
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("change", this.typed);
    this.element.addEventListener("submit", this.sent);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.typed);
    this.element.removeEventListener("change", this.typed);
    this.element.removeEventListener("submit", this.sent);
  }

  /** A button "从空白开始": forget what was kept and empty the form. */
  forget(): void {
    remove(this.key);
    this.element.reset();
    for (const told of this.toldTargets) told.hidden = true;
  }

  private get key(): string {
    return PREFIX + (this.keyValue || `${location.pathname}#${this.element.id}`);
  }

  private putBack(): void {
    const kept = read(this.key);
    if (!kept) return;
    const failed = this.element.querySelector(".err, .errs, [aria-invalid='true']") !== null;
    if (kept.sent && !failed && !kept.interrupted && !cameBack()) {
      remove(this.key);
      return;
    }
    let restored = 0;
    for (const field of this.fields()) {
      const value = kept.fields[field.name] ?? "";
      const untouched = field.value === field.defaultValue;
      const serverKept = failed && field.value !== "";
      if (value === "" || value === field.value || !untouched || serverKept) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      restored += 1;
    }
    for (const told of this.toldTargets) told.hidden = restored === 0;
    write(this.key, { ...kept, sent: false, interrupted: false });
  }

  private fields(): (HTMLInputElement | HTMLTextAreaElement)[] {
    return Array.from(this.element.elements).filter(
      (field): field is HTMLInputElement | HTMLTextAreaElement =>
        (field instanceof HTMLTextAreaElement ||
          (field instanceof HTMLInputElement &&
            ["text", "search", "number", "date", "time", "tel"].includes(field.type))) &&
        field.name !== "" &&
        field.autocomplete !== "off" &&
        field.dataset["keep"] !== "no",
    );
  }

  private keep(sent: boolean): void {
    const fields: Record<string, string> = {};
    for (const field of this.fields())
      if (field.value !== field.defaultValue) fields[field.name] = field.value;
    if (Object.keys(fields).length) write(this.key, { at: Date.now(), sent, interrupted: false, fields });
    else remove(this.key);
  }

  private readonly typed = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(false), 300);
  };

  private readonly sent = () => {
    clearTimeout(this.timer);
    this.keep(true);
  };
}

/**
 * Run once on every page. A page marked data-keep (an error, the sign-in) interrupted what was being sent;
 * any other page means it arrived, unless the form itself is on it (the form then decides).
 */
export function settle(doc: Document = document): void {
  const interrupted = doc.body.hasAttribute("data-keep");
  for (const key of keys()) {
    const kept = read(key);
    if (!kept || Date.now() - kept.at > KEEP_MS) remove(key);
    else if (interrupted && kept.sent) write(key, { ...kept, interrupted: true });
  }
}

function cameBack(): boolean {
  const [entry] = performance.getEntriesByType?.("navigation") ?? [];
  const type = (entry as PerformanceNavigationTiming | undefined)?.type;
  return type === "back_forward" || type === "reload";
}

function keys(): string[] {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function read(key: string): Kept | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // storage full or switched off: the form still works, only the safety net is missing
  }
}

function remove(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // see write
  }
}
