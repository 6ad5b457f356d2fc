// Sounds the pupil records. They stay on this device, and the lab can be finished without.
import { button, h, section } from "../dom";
import type { Bench } from "./bench";
import { record } from "./device";
import { MOST_OWN } from "./state";

export class OwnSounds {
  private label = "";
  private use: "train" | "test" = "train";
  private recording = false;
  private problem = "";

  constructor(
    private readonly bench: Bench,
    private readonly draw: () => void,
  ) {}

  view(): HTMLElement | null {
    const { bench } = this;
    if (!bench.settings.own) return null;
    if (!bench.labels().includes(this.label)) this.label = bench.labels()[0] ?? "";
    return section(
      "c-own",
      "录自己的声音",
      `录了 ${bench.state.own.length} 个，最多 ${MOST_OWN} 个`,
      h("p", { class: "soft small" }, this.manners()),
      bench.mayRecord ? this.choices() : null,
      this.problem ? h("p", { class: "note" }, this.problem) : null,
      this.stored(),
    );
  }

  private manners(): string {
    const kept = "录音只留在这台设备上，交作品也不带走，学过录音的模型也不留下。";
    if (this.bench.microphone === "allowed") return `${kept}敲桌子、拍手、吹口哨都行，不录别人说话。`;
    const gone = this.bench.dropped ? `以前的 ${this.bench.dropped} 个录音删掉了。` : "";
    return this.bench.microphone === "absent"
      ? `${kept}这里看不到，也录不了。`
      : `这里不能用麦克风。用准备好的声音，一样能做完。${gone}`;
  }

  private choices(): HTMLElement {
    const { bench } = this;
    const set = (change: () => void) => () => {
      change();
      this.draw();
    };
    return h(
      "div",
      { class: "recording" },
      h(
        "div",
        { class: "row target", role: "group", "aria-label": "它是哪一类" },
        h("span", {}, "它是"),
        ...bench.settings.labels.map(({ key, text }) =>
          button(
            text,
            set(() => {
              this.label = key;
            }),
            { key: `own-${key}`, pressed: this.label === key },
          ),
        ),
      ),
      h(
        "div",
        { class: "row target", role: "group", "aria-label": "拿来做什么" },
        ...(["train", "test"] as const).map((use) =>
          button(
            use === "train" ? "给它学" : "留着考它",
            set(() => {
              this.use = use;
            }),
            { key: `use-${use}`, pressed: this.use === use },
          ),
        ),
        button(this.recording ? "正在录……" : "录两秒", () => void this.take(), {
          key: "record",
          icon: "ring",
          busy: this.recording,
          disabled: bench.state.own.length >= MOST_OWN,
        }),
      ),
    );
  }

  private async take(): Promise<void> {
    this.recording = true;
    this.problem = "";
    this.draw();
    try {
      const sound = await record();
      this.recording = false;
      this.bench.keepRecording(sound, this.label, this.use);
    } catch {
      this.recording = false;
      this.problem = "麦克风没有打开：可能没有允许，或者正在被别的程序用。用准备好的声音，一样能做完。";
    }
    this.draw();
  }

  private stored(): HTMLElement | null {
    const { bench } = this;
    const { own } = bench.state;
    if (!own.length) return null;
    return h(
      "ul",
      { class: "stored" },
      ...own.map((one) =>
        h(
          "li",
          {},
          button(bench.nameOf(one.id), () => bench.show(one.id), {
            key: `show-${one.id}`,
            pressed: bench.state.shown === one.id,
          }),
          h("span", {}, `${bench.labelText(one.label)}，${one.use === "test" ? "留着考" : "给它学"}`),
          button("删掉", () => bench.dropRecording(one.id), {
            key: `drop-${one.id}`,
            after: "record",
            label: `删掉${bench.nameOf(one.id)}`,
          }),
        ),
      ),
    );
  }
}
