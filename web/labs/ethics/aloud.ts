// Reading aloud with the voice of the device, for those who don't read much yet. A browser that cannot speak shows no button.
import { chineseVoice } from "../../src/lib/say";
import { button, type Child } from "../dom";

export function aloud(text: string, key: string): Child {
  if (typeof speechSynthesis === "undefined") return null;
  return button("读给我听", () => read(text), { key });
}

export function hush(): void {
  if (typeof speechSynthesis !== "undefined") speechSynthesis.cancel();
}

function read(text: string): void {
  hush();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = "zh-CN";
  const voice = chineseVoice();
  if (voice) said.voice = voice;
  speechSynthesis.speak(said);
}
