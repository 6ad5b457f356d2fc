import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import PasskeyController, { answer, question, toBytes, toText } from "./passkey";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

test("bytes survive the way to text and back", () => {
  expect(toText(bytes(251, 255, 0))).toBe("-_8A");
  expect([...new Uint8Array(toBytes("-_8A"))]).toEqual([251, 255, 0]);
});

test("a question's challenge and ids become bytes, the place's name stays a name, empty parts go", () => {
  const asked = question({
    publicKey: {
      challenge: "AQI",
      rp: { id: "localhost", name: "启明" },
      user: { id: "Aw", name: "shen", displayName: "沈" },
      excludeCredentials: [{ type: "public-key", id: "BA", transports: null }],
      timeout: null,
    },
  }) as { publicKey: Record<string, unknown> };
  expect([...new Uint8Array(asked.publicKey["challenge"] as ArrayBuffer)]).toEqual([1, 2]);
  expect(asked.publicKey["rp"]).toEqual({ id: "localhost", name: "启明" });
  expect((asked.publicKey["user"] as { id: ArrayBuffer }).id.byteLength).toBe(1);
  expect(asked.publicKey["excludeCredentials"]).toEqual([{ type: "public-key", id: bytes(4) }]);
  expect("timeout" in asked.publicKey).toBe(false);
});

test("an answer carries the response as text", () => {
  const credential = {
    id: "AQ",
    rawId: bytes(1),
    type: "public-key",
    authenticatorAttachment: null,
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: bytes(2), signature: bytes(3), userHandle: null },
  } as unknown as PublicKeyCredential;
  expect(answer(credential)).toMatchObject({
    rawId: "AQ",
    response: { clientDataJSON: "Ag", signature: "Aw" },
  });
});

let application: Application;

beforeEach(() => {
  document.body.innerHTML = `<form data-controller="passkey" data-passkey-begin-value="/begin/">
    <input type="hidden" name="credential" data-passkey-target="credential">
    <button data-action="passkey#use">用</button><p data-passkey-target="told" hidden></p></form>`;
  application = Application.start();
  application.register("passkey", PasskeyController);
});

afterEach(() => application.stop());

const told = () => document.querySelector<HTMLElement>("p")?.textContent ?? "";
const press = () => {
  document.querySelector("button")?.click();
};

test("a browser without passkeys is told so and nothing is sent", async () => {
  vi.stubGlobal("PublicKeyCredential", undefined);
  await Promise.resolve();
  press();
  await vi.waitFor(() => expect(told()).toContain("用不了"));
});

test("the server's refusal is shown in its own words", async () => {
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => Response.json({ title: "进来有一会儿了", next: "刷新" }, { status: 403 })),
  );
  await Promise.resolve();
  press();
  await vi.waitFor(() => expect(told()).toBe("进来有一会儿了。刷新"));
});
