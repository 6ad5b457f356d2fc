// The place where the pupil writes: CodeMirror in a shadow root (its sheets are adopted, so the page's policy against
// inline styles holds), or a plain text field where a browser has no adopted sheets.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { h } from "../dom";

export interface Editor {
  readonly element: HTMLElement;
  text(): string;
  set(text: string): void;
  /** Shows a line as the one where the program stopped; null takes the mark away. */
  mark(line: number | null): void;
  /** The line the cursor is on. */
  line(): number;
  /** Puts the cursor at the beginning of a line. */
  go(line: number): void;
  close(): void;
}

export interface Wishes {
  text: string;
  label: string;
  described: string;
  changed(text: string): void;
  run(): void;
}

export function makeEditor(wishes: Wishes): Editor {
  const adopts = "adoptedStyleSheets" in Document.prototype && "replaceSync" in CSSStyleSheet.prototype;
  return adopts ? rich(wishes) : plain(wishes);
}

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword],
    color: "var(--code-word)",
    fontWeight: "600",
  },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--ink-3)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--code-call)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "12em", maxHeight: "62vh" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-gutters": {
    backgroundColor: "var(--sunk)",
    color: "var(--ink-2)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--jade) 9%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--jade-wash)", color: "var(--ink)" },
  ".cm-part": { borderTop: "2px solid var(--edge)", fontWeight: "600" },
  ".cm-stopped": { backgroundColor: "var(--verm-wash)", boxShadow: "inset 4px 0 0 var(--verm)" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--jade-wash)",
    outline: "1px solid var(--jade)",
  },
  "& ::selection": { backgroundColor: "var(--d1-wash)" },
});

const HANG = [0, 4, 8, 12, 16, 20];

/** A line too long for the box goes on further in than it began, so that its indentation can still be seen. */
const hanging = EditorView.theme(
  Object.fromEntries(
    HANG.map((by) => [
      `.cm-hang-${by}`,
      { paddingLeft: `calc(6px + ${by + 2}ch)`, textIndent: `-${by + 2}ch` },
    ]),
  ),
);

const hangs = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = hangOf(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = hangOf(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

function hangOf(view: EditorView): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const blanks = line.text.length - line.text.trimStart().length;
      const by = HANG[Math.min(HANG.length - 1, Math.floor(blanks / 4))] ?? 0;
      const part = /^#\s?%%/.test(line.text) ? " cm-part" : "";
      marks.add(line.from, line.from, Decoration.line({ class: `cm-hang-${by}${part}` }));
      at = line.to + 1;
    }
  }
  return marks.finish();
}

const stopAt = StateEffect.define<number | null>();
const stopped = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let now = change.docChanged ? Decoration.none : marks;
    for (const effect of change.effects) {
      if (!effect.is(stopAt)) continue;
      const line = effect.value;
      const there = line !== null && line >= 1 && line <= change.state.doc.lines;
      now = there
        ? Decoration.set(Decoration.line({ class: "cm-stopped" }).range(change.state.doc.line(line).from))
        : Decoration.none;
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function rich(wishes: Wishes): Editor {
  const element = h("div", { class: "code-box" });
  const root = element.attachShadow({ mode: "open" });
  const view = new EditorView({ root, parent: root, state: stateFor(wishes) });
  return {
    element,
    text: () => view.state.doc.toString(),
    set: (text) => view.setState(stateFor({ ...wishes, text })),
    mark: (line) => view.dispatch({ effects: stopAt.of(line) }),
    line: () => view.state.doc.lineAt(view.state.selection.main.head).number,
    go: (line) => {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function stateFor(wishes: Wishes): EditorState {
  const run = () => {
    wishes.run();
    return true;
  };
  return EditorState.create({
    doc: wishes.text,
    extensions: [
      lineNumbers(),
      highlightSpecialChars(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      history(),
      indentOnInput(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      bracketMatching(),
      python(),
      syntaxHighlighting(colours),
      stopped,
      hangs,
      hanging,
      look,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": `${wishes.label}。${wishes.described}`,
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
        tabindex: "0", // a long program scrolls: what scrolls must be known to be reached by keyboard
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) wishes.changed(update.state.doc.toString());
      }),
      // Tab indents; Esc and then Tab leaves (CodeMirror's own way out for the keyboard)
      keymap.of([{ key: "Mod-Enter", run }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    ],
  });
}

function plain(wishes: Wishes): Editor {
  const area = h("textarea", {
    class: "code-plain",
    rows: 14,
    "aria-label": wishes.label,
    autocapitalize: "off",
    autocomplete: "off",
    spellcheck: "false",
    wrap: "off",
  });
  area.value = wishes.text;
  area.addEventListener("input", () => wishes.changed(area.value));
  let leaving = false;
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      wishes.run();
    } else if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
      wishes.changed(area.value);
    }
    leaving = event.key === "Escape";
  });
  const startOf = (line: number) =>
    area.value
      .split("\n")
      .slice(0, line - 1)
      .join("\n").length + (line > 1 ? 1 : 0);
  return {
    element: h("div", { class: "code-box" }, area),
    text: () => area.value,
    set: (text) => {
      area.value = text;
      wishes.changed(text);
    },
    mark: () => undefined,
    line: () => area.value.slice(0, area.selectionStart).split("\n").length,
    go: (line) => {
      area.focus();
      area.setSelectionRange(startOf(line), startOf(line));
    },
    close: () => undefined,
  };
}
