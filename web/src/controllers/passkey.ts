import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";

type Plain = { [key: string]: unknown };

const FAILED = "没有通过。再点一次；还不行，用别的办法。";
const NONE = "这个浏览器用不了通行密钥，请用密码或手机动态码。";
const STALE = "没有取到题目。刷新这一页再试。";
/** What WebAuthn wants as bytes and JSON carries as base64url. */
const BYTES = ["challenge", "id"];

export function toBytes(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

export function toText(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The server's question with its bytes made bytes, however deep they lie. */
export function question(value: unknown, name = ""): unknown {
  if (typeof value === "string") return BYTES.includes(name) ? toBytes(value) : value;
  if (Array.isArray(value)) return value.map((one) => question(one));
  if (value === null || typeof value !== "object") return value;
  const isPlace = name === "rp"; // its id is a name, not bytes
  const entries = Object.entries(value).map(([key, one]) => [key, isPlace ? one : question(one, key)]);
  return Object.fromEntries(entries.filter(([, one]) => one !== null && one !== undefined));
}

/** The browser's answer as JSON: every buffer of the response as base64url. */
export function answer(credential: PublicKeyCredential): Plain {
  const response: Plain = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    const bytes = (credential.response as unknown as Plain)[name];
    if (bytes instanceof ArrayBuffer) response[name] = toText(bytes);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

/**
 * A form that is sent with a passkey's proof: asks the server for a question (value begin), lets the device answer it
 * and sends the form with the answer in its target "credential". "told" says what went wrong.
 */
export default class PasskeyController extends Controller<HTMLFormElement> {
  static override targets = ["credential", "told"];
  static override values = { begin: String };
  declare readonly credentialTarget: HTMLInputElement;
  declare readonly toldTarget: HTMLElement;
  declare readonly beginValue: string;

  use(event: Event): Promise<void> {
    return this.prove(event, (options) => navigator.credentials.get(options as CredentialRequestOptions));
  }

  make(event: Event): Promise<void> {
    return this.prove(event, (options) => navigator.credentials.create(options as CredentialCreationOptions));
  }

  private async prove(event: Event, ask: (options: unknown) => Promise<Credential | null>): Promise<void> {
    event.preventDefault();
    this.toldTarget.hidden = true;
    if (typeof PublicKeyCredential === "undefined") return this.tell(NONE);
    const options = await this.begin();
    if (!options) return;
    try {
      const credential = await ask(question(options));
      if (!credential) return this.tell(FAILED);
      this.credentialTarget.value = JSON.stringify(answer(credential as PublicKeyCredential));
      this.element.submit();
    } catch {
      this.tell(FAILED); // cancelled, timed out, or this device has none for here
    }
  }

  private async begin(): Promise<Plain | null> {
    try {
      const told = await fetch(this.beginValue, {
        method: "POST",
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      });
      const body = (await told.json()) as Plain;
      if (told.ok) return body;
      this.tell(typeof body["title"] === "string" ? `${body["title"]}。${body["next"] ?? ""}` : STALE);
    } catch {
      this.tell(STALE);
    }
    return null;
  }

  private tell(words: string): void {
    this.toldTarget.textContent = words;
    this.toldTarget.hidden = false;
  }
}
