import { Controller } from "@hotwired/stimulus";
import { say } from "../lib/say";

/** Copies a text (value "text", or what the target "source" shows) and says so. */
export default class CopyController extends Controller<HTMLElement> {
  static override targets = ["source"];
  static override values = { text: String, said: { type: String, default: "已复制" } };
  declare readonly sourceTargets: HTMLElement[];
  declare readonly textValue: string;
  declare readonly saidValue: string;

  async copy(): Promise<void> {
    const source = this.sourceTargets[0];
    const text =
      this.textValue ||
      (source instanceof HTMLInputElement ? source.value : (source?.textContent ?? "")).trim();
    try {
      await navigator.clipboard.writeText(text);
      say(this.saidValue);
    } catch {
      this.select(source);
      say("浏览器不让自动复制。文字已经选中，请按 Ctrl+C。", "need");
    }
  }

  private select(source: HTMLElement | undefined): void {
    if (source instanceof HTMLInputElement) source.select();
    else if (source) getSelection()?.selectAllChildren(source);
  }
}
