import { expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import SpeakController from "./speak";

class Utterance {
  voice: unknown;
  lang = "";
  rate = 1;
  onend: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly text: string) {}
}

function speech(voices: { lang: string; localService: boolean }[]) {
  const engine = Object.assign(new EventTarget(), {
    getVoices: () => voices,
    speak: vi.fn((_said: Utterance) => undefined),
    cancel: vi.fn(),
  });
  vi.stubGlobal("speechSynthesis", engine);
  vi.stubGlobal("SpeechSynthesisUtterance", Utterance);
  return engine;
}

const button = `<button data-controller="speak" data-action="speak#speak" data-speak-from-value="t" aria-label="读给我听"></button><p id="t">哪一片，
  它会认不出？</p>`;

test("is not there when the browser has no Chinese voice, and comes when one arrives", async () => {
  const voices: { lang: string; localService: boolean }[] = [{ lang: "en-US", localService: true }];
  const engine = speech(voices);
  await mount(button, "speak", SpeakController);
  expect(one("button").hidden).toBe(true);
  voices.push({ lang: "zh_CN", localService: true });
  engine.dispatchEvent(new Event("voiceschanged"));
  expect(one("button").hidden).toBe(false);
});

test("reads the words of the element it names; pressed again, it stops", async () => {
  const engine = speech([
    { lang: "zh-HK", localService: true },
    { lang: "zh-CN", localService: true },
  ]);
  await mount(button, "speak", SpeakController);
  one("button").click();
  const said = engine.speak.mock.calls[0]?.[0];
  expect(said?.text).toBe("哪一片， 它会认不出？");
  expect(said?.lang).toBe("zh-CN");
  expect(one("button").getAttribute("aria-pressed")).toBe("true");
  one("button").click();
  expect(engine.speak).toHaveBeenCalledTimes(1);
  said?.onend?.();
  expect(one("button").getAttribute("aria-pressed")).toBe("false");
});
