import { Controller } from "@hotwired/stimulus";
import { say } from "../lib/say";

/** Saves one of the pupil's kept models (value "id") as a file: data, card, description and a reader in plain Python. */
export default class ModelFileController extends Controller<HTMLButtonElement> {
  static override values = { id: String };
  declare readonly idValue: string;

  async save(): Promise<void> {
    if (this.element.getAttribute("aria-busy")) return;
    this.element.setAttribute("aria-busy", "true");
    try {
      const { readModel, exportModel } = await import("../../labs/models/take-along");
      const answer = await fetch("/api/learning/models", { credentials: "same-origin" });
      const { models } = (answer.ok ? await answer.json() : { models: [] }) as { models: unknown[] };
      const model = models.map(readModel).find((one) => one?.id === this.idValue);
      if (!model) throw new Error("the model is not to be had");
      await exportModel(model);
      say("存成了文件。");
    } catch (error) {
      console.error(error);
      say("这个模型没有存成文件，它还在这里。检查网络，再点一次。", "need");
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }
}
