// "留下这个模型": a folded part every lab that trains may show. Name and card are filled in here, kept through the host,
// and taken along as an open file.
import "./models.css";
import { button, h, redraw, uid } from "../dom";
import type { LabHost } from "../host";
import {
  CARD_FIELDS,
  type Card,
  FORMAT,
  type ModelKind,
  type ModelOf,
  readModel,
  type TrainedModel,
} from "../models";
import { begunCard, contentsText, KIND_TEXT, scoresText } from "./card";
import { exportModel } from "./export";

/** What a lab knows of its model; the rest the pupil fills in. */
export type Draft = {
  [K in ModelKind]: Pick<ModelOf<K>, "kind" | "input" | "labels" | "parameters" | "scores">;
}[ModelKind] & {
  name: string;
  camera?: boolean;
  card: Partial<Card>;
  /** Of the data set only the rows with these values. */
  only?: Record<string, string>;
};

/** The model as it stands now, or null while nothing is learnt; may take a moment. */
export type MakeDraft = () => Draft | null | Promise<Draft | null>;

export class KeepModel {
  readonly element = h("details", { class: "keep-model twin" });
  private readonly body = h("div", { class: "keep-in" });
  private readonly list = h("div");
  private readonly news = h("p", { class: "keep-news", role: "status" });
  private draft: Draft | null = null;
  private name = "";
  private card: Card = begunCard({}, { train: null, test: null });
  /** What the lab wrote; a field the pupil changed is not written over. */
  private begun: Card = this.card;

  constructor(
    private readonly lab: string,
    private readonly host: LabHost,
    private readonly make: MakeDraft,
    private readonly dataset: string,
  ) {
    this.element.hidden = true;
    this.element.append(h("summary", {}, "留下这个模型，别的实验也能用"), this.body);
    this.element.addEventListener("toggle", () => {
      if (this.element.open) void this.open();
    });
  }

  /** Whether there is something to keep now. Call it whenever the lab draws. */
  offer(there: boolean): void {
    this.element.hidden = !there || !this.host.keepModel;
    if (this.element.hidden) this.element.open = false;
  }

  private async open(): Promise<void> {
    redraw(this.body, h("p", { class: "soft" }, "正在整理模型…"));
    this.news.textContent = "";
    this.draft = await this.made();
    if (!this.draft) {
      redraw(this.body, h("p", {}, "模型还没有学好，或者要用的图片打不开。先学一次，再来留下。"));
      return;
    }
    const fresh = begunCard(this.draft.card, this.draft.scores);
    for (const { key } of CARD_FIELDS)
      if (this.card[key] === this.begun[key]) this.card = { ...this.card, [key]: fresh[key] };
    this.begun = fresh;
    this.name ||= this.draft.name;
    this.draw();
    await this.drawList();
  }

  private async made(): Promise<Draft | null> {
    try {
      return await this.make();
    } catch (error) {
      console.error(error);
      return null;
    }
  }

  private draw(): void {
    const { draft } = this;
    if (!draft) return;
    const model = this.whole("preview");
    redraw(
      this.body,
      h(
        "p",
        { class: "soft" },
        `${KIND_TEXT[draft.kind]}。${scoresText(draft.scores)}文件里有：${model ? contentsText(model) : ""}`,
      ),
      this.field("名字", "叫它什么？同名的会换成新的。", this.name, 1, (text) => {
        this.name = text;
      }),
      h("h3", {}, "模型卡", h("small", {}, "给用它的人看")),
      ...CARD_FIELDS.map(({ key, text, ask }) =>
        this.field(text, ask, this.card[key], key === "made_by" ? 1 : 2, (typed) => {
          this.card = { ...this.card, [key]: typed };
        }),
      ),
      h(
        "div",
        { class: "row" },
        button("留下", () => void this.keep(), { class: "go", key: "keep-model" }),
        button("存成文件", () => void this.save(), { key: "export-model" }),
      ),
      this.news,
      this.list,
    );
  }

  private field(
    text: string,
    ask: string,
    value: string,
    rows: number,
    typed: (text: string) => void,
  ): HTMLElement {
    const [id, help] = [uid("card"), uid("card-help")];
    const props = { id, "aria-describedby": help, maxlength: rows === 1 ? 40 : 400 };
    const input = rows === 1 ? h("input", { ...props, type: "text" }) : h("textarea", { ...props, rows });
    input.value = value;
    input.addEventListener("input", () => typed(input.value));
    return h(
      "div",
      { class: "field" },
      h("label", { for: id }, text),
      h("p", { class: "help", id: help }, ask),
      input,
    );
  }

  /** The draft with name and card, checked as whoever reads it will. */
  private whole(id: string): TrainedModel | null {
    const { draft, lab } = this;
    if (!draft) return null;
    const { name: _, camera, card: __, only, ...parts } = draft;
    return readModel({
      ...parts,
      format: FORMAT,
      id,
      name: this.name.trim() || draft.name,
      made: {
        lab,
        at: new Date().toISOString(),
        camera: camera === true,
        data: { set: this.dataset, only: only ?? {} },
      },
      card: this.card,
    });
  }

  private async keep(): Promise<void> {
    const others = (await this.host.models?.()) ?? [];
    const called = this.name.trim() || (this.draft?.name ?? "");
    const same = others.find((one) => one.name === called && one.made.lab === this.lab);
    const model = this.whole(same?.id ?? newId());
    const trouble = model
      ? ((await this.host.keepModel?.(model)) ?? "这里不留模型。")
      : "这个模型不完整，再学一次。";
    if (!trouble && model)
      this.host.did("kept-model", {
        kind: model.kind,
        scores: model.scores,
        card: CARD_FIELDS.filter(({ key }) => model.card[key].trim()).length,
      });
    this.tell(trouble || `留下了“${called}”。积木实验和 Python 实验里可以用它。`);
    await this.drawList();
  }

  private async save(): Promise<void> {
    const model = this.whole(newId());
    if (model) await exportModel(model);
    this.tell(model ? "存成了文件。" : "这个模型不完整，再学一次。");
  }

  private tell(text: string): void {
    this.news.textContent = text;
  }

  private async drawList(): Promise<void> {
    const models = (await this.host.models?.()) ?? [];
    const items = models.map((model) =>
      h(
        "li",
        {},
        h("span", {}, `${model.name}（${KIND_TEXT[model.kind]}）`),
        button("存成文件", () => void exportModel(model), {
          key: `export-${model.id}`,
          label: `把“${model.name}”存成文件`,
        }),
        button("删掉", () => void this.drop(model), {
          key: `drop-${model.id}`,
          after: "keep-model",
          label: `删掉“${model.name}”`,
        }),
      ),
    );
    redraw(
      this.list,
      items.length ? h("h3", {}, `留下的模型：${items.length} 个`) : null,
      items.length ? h("ul", { class: "kept-models" }, ...items) : null,
    );
  }

  private async drop(model: TrainedModel): Promise<void> {
    await this.host.dropModel?.(model.id);
    this.tell(`删掉了“${model.name}”。`);
    await this.drawList();
  }
}

/** A random UUID; school networks without HTTPS have no crypto.randomUUID. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
