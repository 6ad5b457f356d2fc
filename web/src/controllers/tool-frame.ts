import { Controller } from "@hotwired/stimulus";

/** What a tool may keep with us while its frame is open: as much as its login needs, and no more. */
const MOST_KEYS = 200;
const MOST_CHARS = 4096;
const HEIGHT = { least: 320, most: 4000 };

type Message = { subject: string; message_id?: unknown; key?: unknown; value?: unknown; height?: unknown };
type Reply = Record<string, unknown>;

/**
 * Opens a tool in its frame, and is the platform's side of LTI's postMessage storage: a tool whose cookies the browser
 * keeps back in a frame puts the state of its login here and gets it back. Only the frame's own window is heard, only
 * from the tool's registered origins, and each origin sees what it wrote itself.
 */
export default class ToolFrameController extends Controller<HTMLElement> {
  static override targets = ["form", "frame", "button"];
  static override values = { origins: String };
  declare readonly formTarget: HTMLFormElement;
  declare readonly frameTarget: HTMLIFrameElement;
  declare readonly buttonTargets: HTMLElement[];
  declare readonly originsValue: string;
  private readonly kept = new Map<string, Map<string, string>>();

  override connect(): void {
    addEventListener("message", this.heard);
    for (const button of this.buttonTargets) button.hidden = true;
    this.formTarget.submit();
  }

  override disconnect(): void {
    removeEventListener("message", this.heard);
    this.kept.clear();
  }

  private readonly heard = (event: MessageEvent): void => {
    const message = asMessage(event.data);
    if (message === null || event.source !== this.frameTarget.contentWindow) return;
    const reply = (said: Reply) =>
      (event.source as Window).postMessage(
        { subject: `${message.subject}.response`, message_id: message.message_id, ...said },
        event.origin,
      );
    if (!this.originsValue.split(" ").includes(event.origin)) {
      // Its words are not looked at; it may know that it was heard.
      reply({ error: { code: "wrong_origin", message: "this origin is not registered" } });
      return;
    }
    reply(this.answer(message, event.origin));
  };

  private answer(message: Message, origin: string): Reply {
    switch (message.subject) {
      case "lti.capabilities":
        return { supported_messages: SUBJECTS.map((subject) => ({ subject })) };
      case "lti.put_data":
        return this.put(message, origin);
      case "lti.get_data":
        return this.get(message, origin);
      case "lti.frameResize":
        return this.resize(message);
      default:
        return { error: { code: "unsupported_subject", message: "not supported here" } };
    }
  }

  private put({ key, value }: Message, origin: string): Reply {
    if (!isKey(key) || !(value === null || value === undefined || typeof value === "string")) return BAD;
    const own = this.kept.get(origin) ?? new Map<string, string>();
    this.kept.set(origin, own);
    if (typeof value !== "string") {
      own.delete(key);
      return { key, value: null };
    }
    if (value.length > MOST_CHARS || (own.size >= MOST_KEYS && !own.has(key)))
      return { key, error: { code: "storage_exhaustion", message: "no room for this" } };
    own.set(key, value);
    return { key, value };
  }

  private get({ key }: Message, origin: string): Reply {
    return isKey(key) ? { key, value: this.kept.get(origin)?.get(key) ?? null } : BAD;
  }

  private resize({ height }: Message): Reply {
    if (typeof height !== "number" || !Number.isFinite(height)) return BAD;
    const px = Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, height)));
    this.frameTarget.style.blockSize = `${px}px`;
    return { height: px };
  }
}

const SUBJECTS = ["lti.capabilities", "lti.put_data", "lti.get_data", "lti.frameResize"];
const BAD: Reply = { error: { code: "bad_request", message: "key or value cannot be taken" } };

function isKey(key: unknown): key is string {
  return typeof key === "string" && key.length >= 1 && key.length <= 200;
}

/** A message in the way of LTI; anything else that flies about is nobody's business. */
function asMessage(data: unknown): Message | null {
  if (typeof data !== "object" || data === null) return null;
  const subject = (data as Partial<Message>).subject;
  return typeof subject === "string" && subject.startsWith("lti.") ? (data as Message) : null;
}
