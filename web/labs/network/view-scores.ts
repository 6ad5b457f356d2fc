// Losses as they went, and the networks trained so far.
import { type Child, h, s } from "../dom";
import type { Bench } from "./bench";
import { layersText, lossText, percent } from "./words";

const [W, H, LEFT, BOTTOM] = [400, 170, 38, 26];

/** Two lines: what is learnt from solid, what is tested on dashed. */
export function curve(bench: Bench): HTMLElement {
  const { curve: points } = bench.state;
  if (points.length < 2) return h("p", { class: "soft" }, "学起来以后，这里画损失怎样变。");
  const seen = points.map(([epoch, train, test]) => [epoch, held(train), held(test)] as const);
  const last = seen[seen.length - 1]?.[0] ?? 1;
  const top = Math.max(0.1, Math.min(2, Math.max(...seen.flatMap(([, a, b]) => [a, b]))));
  const x = (epoch: number) => LEFT + (epoch / last) * (W - LEFT - 8);
  const y = (loss: number) => 8 + (1 - Math.min(1, loss / top)) * (H - BOTTOM - 8);
  const path = (which: 1 | 2) =>
    seen.map((one, i) => `${i ? "L" : "M"}${x(one[0]).toFixed(1)} ${y(one[which]).toFixed(1)}`).join("");
  const { run } = bench;
  const words = run
    ? `训练损失 ${lossText(run.train)}，测试损失 ${lossText(run.test)}，测试最小时 ${lossText(run.least)}`
    : "";
  return h(
    "figure",
    { class: "net-curve" },
    s(
      "svg",
      { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `损失曲线：${words}` },
      s("path", { class: "axis", d: `M${LEFT} 8V${H - BOTTOM}H${W - 8}` }),
      s("text", { x: LEFT - 5, y: 18, class: "end" }, top.toFixed(1)),
      s("text", { x: LEFT - 5, y: H - BOTTOM, class: "end" }, "0"),
      s("text", { x: W - 8, y: H - 6, class: "end" }, `${last} 轮`),
      s("path", { class: "train", d: path(1) }),
      s("path", { class: "test", d: path(2) }),
    ),
    h("figcaption", {}, "实线是训练，虚线是测试。", words, words ? "。" : ""),
  );
}

const held = (loss: number): number => (Number.isFinite(loss) ? loss : 1e6);

export function runs(bench: Bench): Child {
  const { runs: kept } = bench.state;
  if (!kept.length) return null;
  const heads = ["形状", "隐藏层", "怎样学", "轮", "损失", "没见过的"];
  return h(
    "details",
    { class: "twin" },
    h("summary", {}, `训练过的 ${kept.length} 个网络`),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "训练过的网络" },
      h(
        "table",
        { class: "tb" },
        h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
        h(
          "tbody",
          {},
          ...[...kept]
            .reverse()
            .map((run) =>
              h(
                "tr",
                {},
                h("td", {}, run.noise ? `${run.shape}，噪声 ${run.noise}%` : run.shape),
                h("td", {}, layersText(run.layers)),
                h("td", {}, `${run.activation}，学习率 ${run.rate}`),
                h("td", {}, run.epochs),
                h("td", {}, `${lossText(run.train)} / ${lossText(run.test)}`),
                h("td", {}, percent(run.testRight)),
              ),
            ),
        ),
      ),
    ),
  );
}
