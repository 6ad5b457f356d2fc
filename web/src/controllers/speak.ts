import { Controller } from "@hotwired/stimulus";
import { chineseVoice } from "../lib/say";

/** A read-aloud button; there only when this browser can speak Chinese. Pressed again, it stops. */
export default class SpeakController extends Controller<HTMLButtonElement> {
  static override values = { text: String, from: String, rate: { type: Number, default: 0.9 } };
  declare readonly textValue: string;
  declare readonly fromValue: string;
  declare readonly rateValue: number;
  private saying: SpeechSynthesisUtterance | undefined;

  override connect(): void {
    this.offer();
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", this.offer);
  }

  override disconnect(): void {
    globalThis.speechSynthesis?.removeEventListener?.("voiceschanged", this.offer);
    if (this.saying) globalThis.speechSynthesis?.cancel();
  }

  speak(): void {
    const voice = chineseVoice();
    if (!voice) return;
    const wasSaying = this.saying !== undefined;
    speechSynthesis.cancel();
    if (wasSaying) return;
    const saying = new SpeechSynthesisUtterance(this.words());
    saying.voice = voice;
    saying.lang = voice.lang;
    saying.rate = this.rateValue;
    saying.onend = saying.onerror = () => this.ended();
    this.saying = saying;
    this.element.setAttribute("aria-pressed", "true");
    speechSynthesis.speak(saying);
  }

  private words(): string {
    if (this.textValue) return this.textValue;
    const from = this.fromValue ? document.getElementById(this.fromValue) : null;
    return (from?.textContent ?? "").replace(/\s+/g, " ").trim();
  }

  private ended(): void {
    this.saying = undefined;
    this.element.setAttribute("aria-pressed", "false");
  }

  private readonly offer = () => {
    this.element.hidden = chineseVoice() === undefined;
  };
}
