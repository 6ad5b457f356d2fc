/** Says a short message in the page's live region (and shows it). */
export function say(text: string, kind: "" | "need" = ""): void {
  document.dispatchEvent(new CustomEvent("qiming:say", { detail: { text, kind } }));
}

/** Chinese voice of this browser, if it has one; voices arrive late, so ask again on voiceschanged. */
export function chineseVoice(): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === "undefined") return undefined;
  const voices = speechSynthesis.getVoices();
  return (
    voices.find((voice) => voice.lang.replace("_", "-") === "zh-CN" && voice.localService) ??
    voices.find((voice) => /^zh([-_]|$)|^cmn/.test(voice.lang))
  );
}
