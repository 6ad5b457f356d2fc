// The program as blocks to be dragged, or moved with Blockly's own keys (M takes a block, arrows place it, Enter drops).
// Fetched only when this way of editing opens. Its styles stand in blockly.css: our policy lets no page write styles.
import * as Blockly from "blockly/core";
import * as zh from "blockly/msg/zh-hans";
import "./blockly.css";
import type { Level } from "../level";
import { fromBlockly, START, toBlockly, toToolbox } from "./blockly-state";
import { GROUPS, offered, PIECES, type Piece, type Scene } from "./pieces";
import type { Node } from "./program";

/** Dark enough for white words on them (4.5 : 1); each group has its words as well. */
const HUES: Record<Piece["group"], string> = {
  motion: "#22467f",
  looks: "#7d3560",
  control: "#7a4a00",
  sense: "#1d5c7a",
  logic: "#4a4f4d",
  model: "#0b6657",
};

class Constants extends Blockly.thrasos.Renderer {
  protected override makeConstants_() {
    return new WithoutStyles();
  }
}

/** What the renderer would write into the page stands in blockly.css. */
class WithoutStyles extends Blockly.blockRendering.ConstantProvider {
  override injectCSS_(): void {}
}

let ready = false;
let labelsNow: readonly string[] = [];

function prepare(): void {
  if (ready) return;
  ready = true;
  Blockly.setLocale(zh as unknown as Record<string, string>);
  Blockly.blockRendering.register("qiming", Constants);
  for (const piece of PIECES) Blockly.Blocks[piece.type] = { init: initOf(piece) };
  Blockly.Blocks[START] = {
    init(this: Blockly.Block) {
      this.jsonInit({ message0: "开始", nextStatement: "step", style: "control" });
      this.hat = "cap";
    },
  };
}

function initOf(piece: Piece) {
  return function init(this: Blockly.Block): void {
    const args: Record<string, unknown>[] = [];
    const words = piece.parts.map((part, at) => {
      if (typeof part === "string") return part;
      // words before a body end their own row; else they would stand in the body's
      const ends = typeof part === "object" && "body" in part && typeof piece.parts[at - 1] === "string";
      if (ends) args.push({ type: "input_dummy" });
      args.push(argOf(part));
      return ends ? `%${args.length - 1} %${args.length}` : `%${args.length}`;
    });
    this.jsonInit({
      message0: [piece.sign ?? "", ...words].join(" ").trim(),
      args0: args,
      style: piece.group,
      inputsInline: true,
      ...(piece.shape === "step"
        ? { previousStatement: "step", nextStatement: piece.type === "forever" ? null : "step" }
        : { output: piece.shape }),
    });
    if (piece.type === "forever" || piece.type === "stop") this.setNextStatement(false);
  };
}

function argOf(part: Exclude<Piece["parts"][number], string>): Record<string, unknown> {
  if ("field" in part) {
    const choices = part.choices;
    const options =
      choices === "labels"
        ? () => labelsNow.map((label) => [label, label] as [string, string])
        : choices.map(([key, text]) => [text, key]);
    return { type: choices === "labels" ? "field_labels" : "field_dropdown", name: part.field, options };
  }
  if ("number" in part)
    return { type: "field_number", name: part.number, value: 3, min: part.least, max: part.most };
  if ("words" in part) return { type: "field_input", name: part.words, text: "你好" };
  if ("body" in part) return { type: "input_statement", name: part.body, check: "step" };
  return {
    type: "input_value",
    name: part.value,
    check: part.takes === "truth" ? "truth" : ["number", "any"],
  };
}

/** A choice among the labels of the things that are there now. */
class Labels extends Blockly.FieldDropdown {
  constructor() {
    super(() => (labelsNow.length ? labelsNow : ["？"]).map((label) => [label, label]));
  }

  static override fromJson(): Labels {
    return new Labels();
  }
}
Blockly.fieldRegistry.register("field_labels", Labels);

function theme(): Blockly.Theme {
  const styles = Object.fromEntries(
    Object.entries(HUES).map(([group, hue]) => [
      group,
      { colourPrimary: hue, colourSecondary: hue, colourTertiary: "#ffffff", hat: "" },
    ]),
  );
  return Blockly.Theme.defineTheme("qiming", {
    name: "qiming",
    base: "classic",
    blockStyles: styles,
    fontStyle: { family: "var(--sans)", size: 13 },
    componentStyles: {
      workspaceBackgroundColour: "var(--sheet)",
      toolboxBackgroundColour: "var(--sunk)",
      toolboxForegroundColour: "var(--ink)",
      flyoutBackgroundColour: "var(--sunk)",
      flyoutForegroundColour: "var(--ink)",
      flyoutOpacity: 1,
      scrollbarColour: "var(--edge)",
    },
  });
}

export interface Editor {
  show(scene: Scene, steps: readonly Node[], loose: readonly unknown[]): void;
  highlight(id: string): void;
  resize(): void;
  close(): void;
}

export interface EditorOptions {
  level: Level;
  labels: () => readonly string[];
  narrow: boolean;
  changed: (steps: Node[], loose: unknown[]) => void;
}

export function openEditor(root: HTMLElement, options: EditorOptions): Editor {
  prepare();
  labelsNow = options.labels();
  const workspace = Blockly.inject(root, {
    css: false,
    sounds: false,
    trashcan: false,
    renderer: "qiming",
    theme: theme(),
    toolbox: toolbox("robot", options),
    horizontalLayout: options.narrow,
    move: { scrollbars: true, drag: true, wheel: false },
    zoom: { startScale: options.level === "primary" ? 1.25 : options.narrow ? 0.9 : 1 },
    media: "",
  });
  let scene: Scene = "robot";
  workspace.addChangeListener((event) => {
    if (event.isUiEvent || workspace.isDragging()) return;
    const saved = Blockly.serialization.workspaces.save(workspace);
    const { steps, loose } = fromBlockly(saved, scene);
    options.changed(steps, loose);
  });

  const load = (steps: readonly Node[], loose: readonly unknown[]): void => {
    const state = toBlockly(steps, loose);
    try {
      Blockly.serialization.workspaces.load(state, workspace, { recordUndo: false });
    } catch (error) {
      console.error(error); // what lay beside the program can't be read: the program itself can
      Blockly.serialization.workspaces.load(toBlockly(steps, []), workspace, { recordUndo: false });
    }
  };

  return {
    show(next, steps, loose) {
      scene = next;
      labelsNow = options.labels();
      // what is put there by us is no change of the pupil's
      Blockly.Events.disable();
      try {
        workspace.updateToolbox(toolbox(scene, options));
        load(steps, loose);
      } finally {
        Blockly.Events.enable();
      }
      workspace.clearUndo();
      // Blockly measures words with a canvas it hangs into the page; nobody needs to hear of it
      for (const canvas of document.querySelectorAll("body > canvas"))
        canvas.setAttribute("aria-hidden", "true");
    },
    highlight(id) {
      workspace.highlightBlock(id || null);
    },
    resize() {
      Blockly.svgResize(workspace);
    },
    close() {
      workspace.dispose();
    },
  };
}

function toolbox(scene: Scene, { level, labels }: EditorOptions): Blockly.utils.toolbox.ToolboxDefinition {
  const pieces = offered(scene, level);
  const blocks = (group: string) =>
    pieces.filter((piece) => piece.group === group).map(({ type }) => toToolbox(type, labels()));
  if (level === "primary")
    return { kind: "flyoutToolbox", contents: GROUPS.flatMap(({ key }) => blocks(key)) } as never;
  const contents = GROUPS.filter(({ key }) => pieces.some(({ group }) => group === key)).map(
    ({ key, text }) => ({
      kind: "category",
      name: text,
      colour: HUES[key],
      contents: blocks(key),
    }),
  );
  return { kind: "categoryToolbox", contents } as never;
}
