import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../lib/csrf";
import { h } from "../player/dom";

interface Tool {
  words: string;
  label: string;
  key?: string;
  act: () => void;
}

/**
 * A text field that knows the Markdown our lessons have: a row of buttons above it, Ctrl+B, Ctrl+I, Ctrl+M. What is
 * put in can be taken back with Ctrl+Z. A picture is sent with the sentence that describes it, never without.
 */
export default class RichController extends Controller<HTMLElement> {
  static override targets = ["text"];
  static override values = { picture: String };
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly pictureValue: string;

  private readonly tools: Tool[] = [
    { words: "粗", label: "粗体", key: "b", act: () => this.around("**", "粗体的字") },
    { words: "斜", label: "斜体", key: "i", act: () => this.around("*", "斜体的字") },
    { words: "列表", label: "列表", act: () => this.lines(() => "- ") },
    { words: "编号", label: "编号列表", act: () => this.lines((at) => `${at + 1}. `) },
    {
      words: "表",
      label: "表格",
      act: () => this.put("\n\n| 项目 | 第一次 | 第二次 |\n|---|---|---|\n| 甲 | 1 | 2 |\n\n"),
    },
    { words: "∑", label: "公式", key: "m", act: () => this.around("$", "x^2") },
    { words: "图", label: "加一张图", act: () => this.ask() },
  ];

  override connect(): void {
    if (this.element.querySelector(".ed-tools")) return;
    const named = this.element.closest(".field")?.querySelector("label")?.textContent?.trim() ?? "文字";
    const bar = h("div", { class: "ed-tools", role: "toolbar", "aria-label": `${named}的格式` });
    for (const [at, tool] of this.tools.entries()) {
      bar.append(
        h(
          "button",
          {
            type: "button",
            class: "btn sm bare",
            title: tool.key ? `${tool.label}（Ctrl+${tool.key.toUpperCase()}）` : tool.label,
            "aria-label": tool.label,
            tabindex: at === 0 ? 0 : -1,
            onclick: tool.act,
          },
          tool.words,
        ),
      );
    }
    bar.addEventListener("keydown", (event) => this.walk(event, bar));
    this.element.prepend(bar);
    this.textTarget.addEventListener("keydown", this.shortcut);
  }

  override disconnect(): void {
    this.textTarget.removeEventListener("keydown", this.shortcut);
  }

  private walk(event: KeyboardEvent, bar: HTMLElement): void {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    const all = [...bar.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = all[(at + by + all.length) % all.length];
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next?.focus();
    event.preventDefault();
  }

  private readonly shortcut = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const tool = this.tools.find((one) => one.key === event.key.toLowerCase());
    if (!tool) return;
    event.preventDefault();
    tool.act();
  };

  private get chosen(): string {
    return this.textTarget.value.slice(this.textTarget.selectionStart, this.textTarget.selectionEnd);
  }

  /** In place of what is selected. `insertText` is what Ctrl+Z knows how to take back. */
  private put(text: string, select?: [number, number]): void {
    const field = this.textTarget;
    field.focus();
    const start = field.selectionStart;
    const done = document.execCommand?.("insertText", false, text);
    if (!done) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (select) field.setSelectionRange(start + select[0], start + select[1]);
  }

  private around(mark: string, sample: string): void {
    const inside = this.chosen || sample;
    this.put(`${mark}${inside}${mark}`, [mark.length, mark.length + inside.length]);
  }

  private lines(head: (at: number) => string): void {
    const field = this.textTarget;
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    field.setSelectionRange(start, field.selectionEnd);
    const marked = (this.chosen || "一条").split("\n").map((line, at) => head(at) + line);
    this.put(marked.join("\n"));
  }

  private ask(): void {
    const file = h("input", {
      type: "file",
      accept: "image/png,image/jpeg,image/webp",
      required: true,
      id: "pic-file",
    });
    const alt = h("input", {
      type: "text",
      required: true,
      minlength: 2,
      maxlength: 200,
      id: "pic-alt",
      autocomplete: "off",
    });
    const trouble = h("p", { class: "err", role: "alert" });
    const form = h(
      "form",
      { class: "in", method: "dialog" },
      h("h2", { id: "pic-h" }, "加一张图"),
      h(
        "div",
        { class: "field" },
        h("label", { for: "pic-file" }, "图片"),
        h(
          "p",
          { class: "help" },
          "JPG、PNG、WebP，最大12MB；拍摄地点等信息会去掉。请不要放认得出学生的照片。",
        ),
        file,
      ),
      h(
        "div",
        { class: "field" },
        h("label", { for: "pic-alt" }, "图里有什么"),
        h("p", { class: "help" }, "看不见图的学生听这一句。"),
        alt,
      ),
      trouble,
      h(
        "p",
        { class: "acts" },
        h("button", { class: "btn", type: "button", onclick: () => box.close() }, "不加了"),
        h("button", { class: "btn go", type: "submit" }, "加进去"),
      ),
    );
    const box = h("dialog", { class: "dialog", "aria-labelledby": "pic-h" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const one = file.files?.[0];
      if (!one) return;
      trouble.textContent = "正在传…";
      void this.send(one, alt.value).then((sent) => {
        if ("text" in sent) {
          box.close();
          this.put(sent.text);
        } else trouble.textContent = sent.trouble;
      });
    });
    box.addEventListener("close", () => {
      box.remove();
      this.textTarget.focus();
    });
    document.body.append(box);
    box.showModal();
  }

  private async send(file: File, alt: string): Promise<{ text: string } | { trouble: string }> {
    const body = new FormData();
    body.set("file", file);
    body.set("alt", alt);
    try {
      const answer = await fetch(this.pictureValue, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      });
      const said = (await answer.json().catch(() => ({}))) as {
        text?: string;
        title?: string;
        next?: string;
      };
      if (answer.ok && said.text) return { text: said.text };
      return { trouble: said.title ? `${said.title}。${said.next ?? ""}` : "没有传上，请再试一次。" };
    } catch {
      return { trouble: "网络断了，图还没有传上。连上再试。" };
    }
  }
}
