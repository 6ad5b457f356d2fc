// A kept model as a file to take along; also used by the pupil's works, outside any lab.
import { h } from "../dom";
import type { TrainedModel } from "../models";
import { cardMarkdown, fileName } from "./card";
import { zip } from "./zip";

/** Hands the model over as a ZIP: data, card, the format's description and a reader in plain Python. */
export async function exportModel(model: TrainedModel): Promise<void> {
  const [reader, schema] = await Promise.all([import("./read_model.py?raw"), import("./schema.json?raw")]);
  const bytes = zip([
    { name: "model.json", text: JSON.stringify(model, null, 1) },
    { name: "模型卡.md", text: cardMarkdown(model) },
    { name: "read_model.py", text: reader.default },
    { name: "model.schema.json", text: schema.default },
  ]);
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  const link = h("a", { href: url, download: `${fileName(model.name)}.zip` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
