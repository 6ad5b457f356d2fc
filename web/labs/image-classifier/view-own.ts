// Pictures the pupil brings: by camera or from files. They are made small at once and stay on the device.
import { button, h, section } from "../dom";
import type { Bench } from "./bench";
import { loadImage } from "./eye";
import { addOwn, dropOwn, lastRun, MAX_OWN, type Source } from "./state";
import { pictureImage } from "./view-train";

const OWN_SIDE = 160;
const QUALITY = 0.8;
const FRESH_MS = 60_000;

type Purpose = "try" | "train" | "test";

const PURPOSES: { key: Purpose; text: string; says: string }[] = [
  { key: "try", text: "试一试", says: "看它怎么说，不留下" },
  { key: "train", text: "给它学", says: "放进一类，让它学" },
  { key: "test", text: "留着考它", says: "不给它学，只用来考" },
];

/** Cuts the middle square out of what is given and makes it a small JPEG. */
function smallJpeg(source: CanvasImageSource, width: number, height: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = OWN_SIDE;
  canvas.height = OWN_SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  const side = Math.min(width, height);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, OWN_SIDE, OWN_SIDE);
  pen.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, OWN_SIDE, OWN_SIDE);
  return canvas.toDataURL("image/jpeg", QUALITY);
}

/** A tablet's file chooser may offer its own camera: what was made this minute is taken for a photograph. */
export function justTaken(file: { lastModified: number }, now = Date.now()): boolean {
  return Math.abs(now - file.lastModified) < FRESH_MS;
}

export class OwnPictures {
  private purpose: Purpose = "try";
  private target = "";
  private stream: MediaStream | null = null;
  private video: HTMLVideoElement | null = null;
  private problem = "";
  private tries = 0;

  constructor(
    private readonly bench: Bench,
    private readonly draw: () => void,
  ) {}

  close(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video = null;
  }

  view(): HTMLElement | null {
    const { bench } = this;
    if (!bench.settings.ownPictures) return null;
    if (!bench.state.classes.some((one) => one.key === this.target))
      this.target = bench.state.classes[0]?.key ?? "";
    const chosen = PURPOSES.find((one) => one.key === this.purpose) ?? PURPOSES[0];
    const blocked = this.purpose === "try" && !lastRun(bench.state);
    return section(
      "c-own",
      "用自己的图片",
      `放了 ${bench.state.own.length} 张，最多 ${MAX_OWN} 张`,
      h("p", { class: "soft small" }, this.manners()),
      this.purposePart(chosen?.says ?? ""),
      this.purpose === "try" ? null : this.targetPart(),
      blocked ? h("p", { class: "soft" }, "先让它学过一次，才能试。") : this.sourcePart(),
      this.problem ? h("p", { class: "note" }, this.problem) : null,
      this.stored(),
    );
  }

  private manners(): string {
    const kept = "图片只留在这台设备上，缩小以后再存。";
    if (this.bench.host.camera() !== "refused") return `${kept}拍桌上的东西就好，不拍人。`;
    const gone = this.bench.dropped ? `以前拍的${this.bench.dropped}张拿掉了。` : "";
    return `${kept}家里没有同意用摄像头，可以选图片，也可以只用上面准备好的图片，一样能做完。${gone}`;
  }

  private purposePart(says: string): HTMLElement {
    const choose = (purpose: Purpose) => {
      this.purpose = purpose;
      this.draw();
    };
    return h(
      "div",
      { class: "row target", role: "group", "aria-label": "拿来做什么" },
      ...PURPOSES.map(({ key, text }) =>
        button(text, () => choose(key), { key: `purpose-${key}`, pressed: this.purpose === key }),
      ),
      h("span", { class: "soft" }, says),
    );
  }

  private targetPart(): HTMLElement {
    const choose = (key: string) => {
      this.target = key;
      this.draw();
    };
    return h(
      "div",
      { class: "row target", role: "group", "aria-label": "它是哪一类" },
      h("span", {}, "它是"),
      ...this.bench.state.classes.map((cls) =>
        button(cls.name, () => choose(cls.key), { key: `own-${cls.key}`, pressed: this.target === cls.key }),
      ),
    );
  }

  private sourcePart(): HTMLElement {
    if (this.video) {
      return h(
        "div",
        { class: "camera" },
        this.video,
        h(
          "div",
          { class: "row" },
          button("拍下来", () => this.shoot(), { class: "go", key: "shoot", icon: "camera" }),
          button("关掉摄像头", () => this.shut(), { key: "shut" }),
        ),
      );
    }
    const input = h("input", {
      type: "file",
      accept: "image/*",
      multiple: true,
      class: "say",
      tabindex: -1,
      "aria-hidden": "true",
      change: (event) => void this.take((event.target as HTMLInputElement).files),
    });
    return h(
      "div",
      { class: "row" },
      navigator.mediaDevices && this.bench.host.camera() === "allowed"
        ? button("打开摄像头", () => void this.openCamera(), { key: "camera", icon: "camera" })
        : null,
      button("选图片", () => input.click(), { key: "files", icon: "picture" }),
      input,
    );
  }

  private stored(): HTMLElement | null {
    const { bench } = this;
    const { own } = bench.state;
    if (!own.length) return null;
    return h(
      "div",
      { class: "pics own" },
      ...own.map((one) => {
        const use = one.use === "test" ? "留着考" : "给它学";
        return h(
          "figure",
          {},
          pictureImage(bench, one.id),
          h("figcaption", {}, `${bench.className(one.cls)}，${use}`),
          button("删掉", () => this.drop(one.id), {
            key: `drop-${one.id}`,
            label: `删掉${bench.says(one.id)}`,
          }),
        );
      }),
    );
  }

  private drop(id: string): void {
    dropOwn(this.bench.state, id);
    this.bench.eye.forget(id);
    this.bench.changed();
    this.bench.host.say("删掉了。");
  }

  private async openCamera(): Promise<void> {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
        audio: false,
      });
      const video = h("video", {
        autoplay: true,
        playsinline: true,
        muted: true,
        "aria-label": "摄像头里的画面",
      });
      video.muted = true;
      video.srcObject = this.stream;
      this.video = video;
      this.problem = "";
    } catch {
      this.problem = "摄像头没有打开：可能没有允许，或者正在被别的程序用。可以改用“选图片”。";
    }
    this.draw();
  }

  private shut(): void {
    this.close();
    this.draw();
  }

  private shoot(): void {
    const { video } = this;
    if (!video?.videoWidth) return;
    this.use(smallJpeg(video, video.videoWidth, video.videoHeight), "camera");
  }

  private async take(files: FileList | null): Promise<void> {
    this.problem = "";
    const given = Array.from(files ?? []);
    const kept = this.bench.host.camera() === "refused" ? given.filter((file) => !justTaken(file)) : given;
    if (kept.length < given.length)
      this.problem = "刚拍的没有放进来：家里没有同意用摄像头。选以前存好的图片。";
    const urls = kept.map((file) => URL.createObjectURL(file));
    for (const url of urls) {
      try {
        const image = await loadImage(url);
        this.use(smallJpeg(image, image.naturalWidth || OWN_SIDE, image.naturalHeight || OWN_SIDE), "file");
      } catch {
        this.problem = "有的文件不是图片，没有放进来；别的都放好了。";
      } finally {
        URL.revokeObjectURL(url);
      }
      if (this.purpose === "try") break;
    }
    this.draw();
  }

  private use(picture: string, from: Source): void {
    const { bench } = this;
    if (this.purpose === "try") {
      this.tries += 1;
      void bench.open(`try-${Date.now()}-${this.tries}`, null, picture, true);
      return;
    }
    const own = addOwn(bench.state, picture, this.target, this.purpose, from);
    if (own) bench.host.say(`放进${bench.className(own.cls)}了。`);
    else this.problem = `已经有 ${MAX_OWN} 张了。删掉几张，再放新的。`;
    bench.changed();
  }
}
