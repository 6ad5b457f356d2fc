import { beforeEach, expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import QrScanController, { codeIn } from "./qr-scan";

const page = `<form data-controller="qr-scan"><button type="button" id="s" data-qr-scan-target="start" data-action="qr-scan#start">扫</button>
  <div data-qr-scan-target="view" hidden><video data-qr-scan-target="video"></video></div>
  <input name="code" data-qr-scan-target="code"><p role="status" data-qr-scan-target="told"></p></form>`;

const track = { stop: vi.fn() };

function camera(getUserMedia: (() => Promise<unknown>) | undefined): void {
  vi.stubGlobal("navigator", { mediaDevices: getUserMedia ? { getUserMedia } : undefined });
}

beforeEach(() => {
  track.stop.mockClear();
  HTMLMediaElement.prototype.play = () => Promise.resolve();
});

test.each([
  ["QM7F3K", "QM7F3K"],
  ["http://school.example/c/QM7F3K", "QM7F3K"],
  ["https://school.example/sign-in/?code=AB12", "AB12"],
])("finds the code in %s", (text, code) => expect(codeIn(text)).toBe(code));

test("without a camera the button is away and typing is offered", async () => {
  camera(undefined);
  await mount(page, "qr-scan", QrScanController);
  expect(one("#s").hidden).toBe(true);
  expect(one("p").textContent).toContain("输入黑板上的入课码");
});

test("when the camera is refused it says so and goes to the field", async () => {
  camera(() => Promise.reject(new Error("denied")));
  await mount(page, "qr-scan", QrScanController);
  one("#s").click();
  await turn();
  expect(one("p").textContent).toContain("没有打开摄像头");
  expect(document.activeElement).toBe(one("input"));
});

test("reads a square, fills the field, sends the form and lets the camera go", async () => {
  camera(() => Promise.resolve({ getTracks: () => [track] }));
  vi.stubGlobal(
    "BarcodeDetector",
    class {
      static getSupportedFormats = () => Promise.resolve(["qr_code"]);
      detect = () => Promise.resolve([{ rawValue: "http://school.example/c/QM7F3K" }]);
    },
  );
  await mount(page, "qr-scan", QrScanController);
  Object.defineProperty(one("video"), "srcObject", { value: null, writable: true });
  const sent = new Promise<string>((resolve) => {
    one("form").addEventListener("submit", (event) => {
      event.preventDefault();
      resolve(one<HTMLInputElement>("input").value);
    });
  });
  one("#s").click();
  expect(await sent).toBe("QM7F3K");
  expect(track.stop).toHaveBeenCalled();
});
