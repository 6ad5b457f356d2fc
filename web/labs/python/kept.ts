// The pupil's trained models as a program gets them: qm.model("名字") finds them in one file beside the data.
import { h } from "../dom";
import type { LabHost } from "../host";
import type { TrainedModel } from "../models";

export const MODELS_FILE = "_models.json";

/** What goes along with a run: the names of all, and those models the program speaks of. */
export function modelFiles(models: readonly TrainedModel[], source: string): Record<string, string> {
  if (!source.includes("model")) return {};
  const named = models.filter(({ name }) => source.includes(name));
  return { [MODELS_FILE]: JSON.stringify({ names: models.map(({ name }) => name), models: named }) };
}

export async function modelsOf(host: LabHost): Promise<TrainedModel[]> {
  return (await host.models?.().catch(() => [])) ?? [];
}

/** How a model is asked in a program, by what it is asked with. */
function askedWith({ input }: TrainedModel): string {
  if (input.of === "table")
    return `{${input.columns
      .slice(0, 3)
      .map(
        ({ key, kind, choices }) => `"${key}": ${kind === "number" ? "5" : JSON.stringify(choices[0] ?? "")}`,
      )
      .join(", ")}${input.columns.length > 3 ? ", …" : ""}}`;
  if (input.of === "numbers") return `[${input.names.map(() => "5").join(", ")}]`;
  return input.of === "text" ? '"一句话"' : "[…]";
}

/** Which models there are, and how a program begins with one. */
export function keptModels(models: readonly TrainedModel[]): HTMLElement | null {
  if (!models.length) return null;
  return h(
    "details",
    { class: "twin kept-in-python" },
    h("summary", {}, `用自己留下的模型：${models.length} 个`),
    h(
      "ul",
      {},
      ...models.map((model) =>
        h(
          "li",
          {},
          h("strong", {}, model.name),
          h(
            "pre",
            { class: "scroll", tabindex: 0, "aria-label": `怎样用${model.name}` },
            `import qm\nm = qm.model(${JSON.stringify(model.name)})\nprint(m.predict(${askedWith(model)}).text)`,
          ),
        ),
      ),
    ),
  );
}
