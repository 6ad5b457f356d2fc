import { Controller } from "@hotwired/stimulus";
import { type Reader, squareReader } from "../lib/qr";

/**
 * Reads the square on a class card with the camera. Targets: "start" (button, hidden without a camera),
 * "view" (box around the picture), "video", "code" (the field for typing), "told" (live words).
 * A code that was read goes into the field and the form is sent; typing always works too.
 */
export default class QrScanController extends Controller<HTMLElement> {
  static override targets = ["start", "stop", "view", "video", "code", "told"];
  declare readonly startTargets: HTMLElement[];
  declare readonly stopTargets: HTMLElement[];
  declare readonly viewTargets: HTMLElement[];
  declare readonly videoTargets: HTMLVideoElement[];
  declare readonly codeTargets: HTMLInputElement[];
  declare readonly toldTargets: HTMLElement[];
  private stream: MediaStream | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connect(): void {
    const camera = typeof navigator.mediaDevices?.getUserMedia === "function";
    for (const start of this.startTargets) start.hidden = !camera;
    if (!camera) this.tell("这台设备不能用摄像头。请用自带的相机扫卡，或者输入黑板上的入课码。");
  }

  override disconnect(): void {
    this.stop();
  }

  async start(): Promise<void> {
    const video = this.videoTargets[0];
    if (!video) return;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
        audio: false,
      });
    } catch {
      this.tell("没有打开摄像头。可以在浏览器里允许使用摄像头，用自带的相机扫卡，或者输入黑板上的入课码。");
      this.codeTargets[0]?.focus();
      return;
    }
    video.srcObject = this.stream;
    this.showView(true);
    await video.play();
    this.tell("把卡上的方块放进虚线框里。");
    const read = await squareReader();
    this.look(video, read);
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.showView(false);
  }

  private look(video: HTMLVideoElement, read: Reader): void {
    if (!this.stream) return;
    this.timer = setTimeout(async () => {
      const text = await read(video).catch(() => "");
      if (text) this.found(text);
      else this.look(video, read);
    }, 180);
  }

  /** A card's square holds an address; the code is its last piece. */
  private found(text: string): void {
    const field = this.codeTargets[0];
    this.stop();
    if (!field) return;
    field.value = codeIn(text);
    this.tell("读到了，正在进入。");
    field.form?.requestSubmit();
  }

  private showView(on: boolean): void {
    for (const view of this.viewTargets) view.hidden = !on;
    for (const start of this.startTargets) start.hidden = on;
    for (const stop of this.stopTargets) stop.hidden = !on;
  }

  private tell(words: string): void {
    for (const told of this.toldTargets) told.textContent = words;
  }
}

export function codeIn(text: string): string {
  const trimmed = text.trim();
  if (!/^https?:/i.test(trimmed)) return trimmed;
  const url = new URL(trimmed);
  return url.searchParams.get("code") ?? url.pathname.split("/").filter(Boolean).at(-1) ?? "";
}
