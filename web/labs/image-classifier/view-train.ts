// The left of the bench: what the machine learns from, and the pictures still to be placed.
import { button, type Child, h, icon, section, share } from "../dom";
import type { Bench } from "./bench";
import { addClass, dropClass, inClass, isCurrent, lastRun, MAX_CLASSES } from "./state";

export const HUES = ["var(--d3)", "var(--d2)", "var(--d4)", "var(--d1)"];

/** What is open on this part of the page; not kept. */
export interface TrainPart {
  target: string;
  filter: string;
  trayOpen: boolean;
  renaming: string | null;
}

export function pictureImage(bench: Bench, id: string): HTMLImageElement {
  return h("img", { class: "pic", src: bench.url(id), alt: "", width: 64, height: 64, draggable: "false" });
}

export function trainSection(bench: Bench, part: TrainPart, draw: () => void): HTMLElement {
  const { state } = bench;
  const placed = Object.keys(state.placed).length;
  const run = lastRun(state);
  const note = !run
    ? `放了 ${placed} 张`
    : isCurrent(state)
      ? `${run.train.all} 张，${run.train.right === run.train.all ? "全认对" : `认对 ${run.train.right} 张`}`
      : `${placed} 张，换过了，要再学一次`;
  return section(
    "c-train",
    run && isCurrent(state) ? "它学过的" : "给它学的",
    note,
    h("ul", { class: "shelf" }, ...state.classes.map((_, index) => shelfRow(bench, part, index, draw))),
    part.trayOpen ? classTools(bench, draw) : null,
    trayPart(bench, part, draw),
    methodPart(bench),
    learnPart(bench, part),
  );
}

function shelfRow(bench: Bench, part: TrainPart, index: number, draw: () => void): HTMLElement {
  const { state } = bench;
  const cls = state.classes[index];
  if (!cls) return h("li");
  const ids = inClass(state, cls.key);
  const name =
    bench.settings.ownPictures && bench.settings.level !== "primary"
      ? button(cls.name, () => startRename(), {
          class: "bare name",
          icon: "edit",
          key: `name-${cls.key}`,
          label: `改名：${cls.name}`,
        })
      : h("span", {}, cls.name);
  const startRename = () => {
    part.renaming = cls.key;
    draw();
    document.querySelector<HTMLInputElement>(`[data-key="rename-${cls.key}"]`)?.select();
  };
  const pics = ids.map((id) =>
    h(
      "button",
      {
        type: "button",
        class: "pickup",
        "data-pic": id,
        "data-key": `placed-${id}`,
        "aria-label": `${cls.name}里的${bench.says(id)}。按一下拿回去`,
        click: () => {
          bench.takeBack([id]);
          bench.host.say(`拿回来了，${cls.name}里还有 ${inClass(state, cls.key).length} 张。`);
        },
        keydown: (event) => {
          const other = state.classes[Number((event as KeyboardEvent).key) - 1];
          if (other && other.key !== cls.key) bench.place([id], other.key);
        },
      },
      pictureImage(bench, id),
    ),
  );
  const head =
    part.renaming === cls.key
      ? renameField(bench, part, cls, draw)
      : h("span", { class: "lab" }, name, h("small", {}, `${ids.length} 张`));
  const row = h(
    "li",
    { "data-class": cls.key },
    head,
    h("div", { class: "pics" }, ...(pics.length ? pics : [h("p", { class: "slot" }, "还没有图片")])),
  );
  row.style.setProperty("--c", HUES[index] ?? "var(--d1)");
  return row;
}

function renameField(
  bench: Bench,
  part: TrainPart,
  cls: { key: string; name: string },
  draw: () => void,
): HTMLElement {
  const finish = (event: Event) => {
    const value = (event.target as HTMLInputElement).value.trim();
    part.renaming = null;
    if (value && value !== cls.name) {
      cls.name = value;
      bench.changed();
    } else draw();
  };
  const field = h("input", {
    type: "text",
    class: "rename",
    value: cls.name,
    maxlength: 8,
    "aria-label": "这一类叫什么",
    "data-key": `rename-${cls.key}`,
    change: finish,
    blur: (event) => part.renaming === cls.key && finish(event),
    keydown: (event) => {
      if ((event as KeyboardEvent).key === "Enter") (event.target as HTMLInputElement).blur();
    },
  });
  return h("span", { class: "lab" }, field);
}

function classTools(bench: Bench, draw: () => void): HTMLElement | null {
  const { state, settings } = bench;
  if (!settings.ownPictures || settings.level === "primary") return null;
  const last = state.classes[state.classes.length - 1];
  const mayDrop = last && last.from === null && state.classes.length > 2;
  return h(
    "div",
    { class: "row" },
    state.classes.length < MAX_CLASSES
      ? button(
          "加一类",
          () => {
            addClass(state);
            bench.changed();
            draw();
          },
          { icon: "plus", key: "add-class" },
        )
      : null,
    mayDrop
      ? button(
          `去掉“${last.name}”`,
          () => {
            dropClass(state, last.key);
            bench.changed();
          },
          { key: "drop-class" },
        )
      : null,
  );
}

/** Pictures that may be learnt from and lie in no class yet. */
export function trayIds(bench: Bench, filter: string): string[] {
  const own = bench.state.own.filter((one) => one.use === "train").map((one) => one.id);
  const bundled = bench.supply.train
    .filter((one) => !filter || one.traits.includes(filter))
    .map((one) => one.file);
  return [...bundled, ...(filter ? [] : own)].filter((id) => !(id in bench.state.placed));
}

function trayPart(bench: Bench, part: TrainPart, draw: () => void): HTMLElement {
  const open = part.trayOpen;
  const toggle = button(
    open ? "收起图片盒" : "换掉或添上几张",
    () => {
      part.trayOpen = !open;
      draw();
    },
    { key: "tray-toggle", icon: open ? "check" : "plus" },
  );
  toggle.setAttribute("aria-expanded", String(open));
  if (!open) return h("div", { class: "row lab-tools" }, toggle, classTools(bench, draw));
  const ids = trayIds(bench, part.filter);
  return h(
    "div",
    { class: "tray" },
    h("h3", {}, "图片盒", h("small", {}, `还有 ${trayIds(bench, "").length} 张`)),
    targetPart(bench, part, draw),
    filterPart(bench, part, draw),
    h(
      "div",
      { class: "pics" },
      ...(ids.length
        ? ids.map((id) => trayPicture(bench, part, id))
        : [h("p", { class: "slot" }, "这里的图片都放完了")]),
    ),
    h(
      "p",
      { class: "keys small soft" },
      "点一张，放进上面选好的类；也可以拖过去。用键盘时，停在图片上按数字放进那一类。",
    ),
    h(
      "div",
      { class: "row" },
      ids.some((id) => bench.picture(id))
        ? button("这些全放进对的类", () => placeAll(bench, ids), { key: "place-all", icon: "plus" })
        : null,
      Object.keys(bench.state.placed).length
        ? button("全部拿回来", () => bench.takeBack(Object.keys(bench.state.placed)), { key: "clear" })
        : null,
      toggle,
    ),
  );
}

function placeAll(bench: Bench, ids: string[]): void {
  for (const cls of bench.state.classes) {
    const fitting = ids.filter((id) => bench.picture(id)?.label === cls.from);
    if (cls.from && fitting.length) bench.place(fitting, cls.key);
  }
  bench.host.say(`放好了，一共 ${Object.keys(bench.state.placed).length} 张。`);
}

function targetPart(bench: Bench, part: TrainPart, draw: () => void): HTMLElement {
  const buttons = bench.state.classes.map((cls, index) => {
    const one = button(
      `${index + 1} ${cls.name} ${inClass(bench.state, cls.key).length} 张`,
      () => {
        part.target = cls.key;
        draw();
      },
      { key: `target-${cls.key}`, pressed: part.target === cls.key },
    );
    one.style.setProperty("--c", HUES[index] ?? "var(--d1)");
    return one;
  });
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "放进哪一类" },
    h("span", {}, "放进"),
    ...buttons,
  );
}

function filterPart(bench: Bench, part: TrainPart, draw: () => void): HTMLElement | null {
  const counts = bench.set.traits
    .map(({ key, text }) => ({
      key,
      text,
      n: bench.supply.train.filter((one) => one.traits.includes(key)).length,
    }))
    .filter(({ n }) => n > 0 && n < bench.supply.train.length);
  if (counts.length < 2) return null;
  const option = (key: string, text: string) =>
    h("option", { value: key, selected: part.filter === key }, text);
  const select = h(
    "select",
    {
      "data-key": "filter",
      change: (event) => {
        part.filter = (event.target as HTMLSelectElement).value;
        draw();
      },
    },
    option("", "全部"),
    ...counts.map(({ key, text }) => option(key, text)),
  );
  return h("label", { class: "row filter" }, "只看", select);
}

function trayPicture(bench: Bench, part: TrainPart, id: string): HTMLElement {
  const put = (cls: string) => {
    const ids = trayIds(bench, part.filter);
    const next = ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1];
    bench.place([id], cls);
    bench.host.say(`放进${bench.className(cls)}，现在有 ${inClass(bench.state, cls).length} 张。`);
    if (next)
      document
        .querySelector<HTMLElement>(`[data-key="${CSS.escape(`tray-${next}`)}"]`)
        ?.focus({ preventScroll: true });
  };
  return h(
    "button",
    {
      type: "button",
      class: "pickup",
      "data-pic": id,
      "data-key": `tray-${id}`,
      "aria-label": `${bench.says(id)}。放进${bench.className(part.target)}`,
      click: () => put(part.target),
      keydown: (event) => {
        const cls = bench.state.classes[Number((event as KeyboardEvent).key) - 1];
        if (cls) put(cls.key);
      },
    },
    pictureImage(bench, id),
  );
}

function methodPart(bench: Bench): HTMLElement | null {
  if (bench.settings.method !== "choose") return null;
  const choose = (method: "neighbours" | "head") => {
    bench.state.method = method;
    bench.changed();
  };
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "怎样学" },
    h("span", {}, "怎样学"),
    button("看最像的三张", () => choose("neighbours"), {
      key: "method-neighbours",
      pressed: bench.state.method === "neighbours",
    }),
    button("一轮一轮调", () => choose("head"), {
      key: "method-head",
      pressed: bench.state.method === "head",
    }),
  );
}

/** Where the keyboard waits while a button is away. */
const REST = { "data-rest": true, "data-key": "do", tabindex: -1 };

function learnPart(bench: Bench, part: TrainPart): HTMLElement {
  const { progress } = bench;
  if (progress) return progressPart(bench);
  const next = bench.next();
  const learn = () => {
    part.trayOpen = false;
    void bench.learn();
  };
  const parts: Child[] = [];
  if (next === "learn")
    parts.push(
      button(lastRun(bench.state) ? "再学一次" : "让它学", learn, {
        class: "go",
        key: "learn",
        icon: "right",
      }),
    );
  if (next === "place") parts.push(h("p", { class: "soft" }, "至少往两类里各放一张，它才能开始学。"));
  if (next === "exam")
    parts.push(button("考一考", () => void bench.examineIt(), { class: "go", key: "exam", icon: "right" }));
  return h("div", { class: "lab-do", ...REST }, ...parts);
}

function progressPart(bench: Bench): HTMLElement {
  const { progress } = bench;
  const bar = h("i");
  share(bar, progress?.share ?? 0);
  return h(
    "div",
    { class: "lab-do", "aria-busy": "true", ...REST },
    h("div", { class: "prog", "aria-hidden": "true" }, bar),
    h("p", { class: "soft" }, progress?.what ?? ""),
    bench.eye.kind === "opening"
      ? h(
          "p",
          { class: "row" },
          h("span", {}, icon("info")),
          "正在取认图的模型，第一次要等一会儿。",
          button("不等了，用简单的办法", () => bench.eye.goSimple(), { key: "simple" }),
        )
      : null,
    button("停下", () => bench.stop(), { key: "stop" }),
  );
}
