// The pupil's trained models as a program gets them: qm.model("名字") finds them in one file beside the data.
import { h } from "../dom";
import type { LabHost } from "../host";
import { short, type TrainedModel } from "../models";

export const MODELS_FILE = "_models.json";

const MOST_SAMPLES = 20;

/** One thing a model can be asked with, and what it truly is. */
type Sample = [asked: unknown, truth: string];

/** What goes along with a run: the names of all, those models the program speaks of, and things to try them with. */
export async function modelFiles(
  models: readonly TrainedModel[],
  source: string,
  host: LabHost,
): Promise<Record<string, string>> {
  if (!source.includes("model")) return {};
  const named = models.filter(({ name }) => source.includes(name));
  const samples = source.includes("samples")
    ? await Promise.all(named.map(async (model) => [model.id, await samplesFor(model, host)] as const))
    : [];
  return {
    [MODELS_FILE]: JSON.stringify({
      names: models.map(({ name }) => name),
      models: named,
      samples: Object.fromEntries(samples),
    }),
  };
}

/** What the model learnt nothing from: rows, pictures or sounds as numbers, sentences. null when they can't be had. */
async function samplesFor(model: TrainedModel, host: LabHost): Promise<Sample[] | null> {
  try {
    const { thingsFor } = await import("../blocks/carrier");
    const things = await thingsFor(model, host, MOST_SAMPLES);
    return things.map(({ asked, truth }) => [
      asked instanceof Float32Array ? [...asked].map(short) : asked,
      truth,
    ]);
  } catch (error) {
    console.error(error);
    return null;
  }
}

export async function modelsOf(host: LabHost): Promise<TrainedModel[]> {
  return (await host.models?.().catch(() => [])) ?? [];
}

/** How a program begins: asked once, and with what it never learnt from. A line answers with a number: no such things. */
function programWith(model: TrainedModel): string {
  const start = `import qm\nm = qm.model(${JSON.stringify(model.name)})`;
  const asked = askedWith(model);
  const once = asked ? `\nprint(m.predict(${asked}).text)` : "";
  const all = model.labels.length
    ? "\nfor asked, truth in m.samples:\n    print(truth, m.predict(asked).text)"
    : "";
  return `${start}${once}${all}`;
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
  return input.of === "text" ? '"一句话"' : "";
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
          h("pre", { class: "scroll", tabindex: 0, "aria-label": `怎样用${model.name}` }, programWith(model)),
        ),
      ),
    ),
  );
}
