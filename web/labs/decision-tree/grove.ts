// The pupil's two trees and what may be done with them. Draws nothing.
import type { Row, TableSet } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import type { Facts, TreeFacts } from "./checks";
import { answers, at, type NextStep, nextStep, type Question, type Tree } from "./model";
import {
  ask,
  factsOf,
  growthOf,
  handTree,
  type LabState,
  learnerTree,
  markTested,
  readSettings,
  resume,
  type Settings,
  takeAway,
  undo,
  type Which,
} from "./state";
import { countsText, type Language, labelText, questionText, valueText } from "./words";

/** A row on its way down a tree. */
export interface Walk {
  row: Row;
  path: string;
  /** What was said at the last step. */
  reply: string;
  arrived: boolean;
}

export class Grove {
  readonly settings: Settings;
  readonly state: LabState;
  readonly labels: string[];
  readonly language: Language;
  walk: Walk | null = null;

  constructor(
    readonly table: TableSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    // a goal about the algorithm's tree needs that tree, whatever the level
    const both = spec.goals.some(({ tree }) => tree === "algorithm") ? { mode: "both" } : {};
    this.settings = readSettings({ ...both, ...spec.settings }, table);
    this.state = resume(host.state(), this.settings);
    this.labels = table.labels.map(({ key }) => key);
    this.language = { columns: table.columns, labels: table.labels, measure: table.measure };
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  tree(which: Which = this.state.which): Tree {
    return which === "hand"
      ? handTree(this.state, this.settings, this.labels)
      : learnerTree(this.state, this.settings, this.labels);
  }

  treeFacts(which: Which): TreeFacts {
    return factsOf(this.tree(which), this.state.tested[which], this.settings, this.labels);
  }

  facts(): Facts {
    return {
      hand: this.treeFacts("hand"),
      algorithm: this.treeFacts("algorithm"),
      traced: this.state.traced.length,
      measure: this.table.measure,
    };
  }

  show(which: Which): void {
    this.state.which = which;
    this.walk = null;
    this.changed();
  }

  ask(path: string, question: Question): boolean {
    if (!ask(this.state, this.settings, this.labels, path, question)) return false;
    const node = at(this.tree("hand"), path);
    this.host.did("asked-question", {
      question: questionText(this.language, question),
      depth: path.length + 1,
    });
    this.host.say(
      `分成两堆。是：${countsText(this.language, node?.yes?.counts ?? [])}。否：${countsText(this.language, node?.no?.counts ?? [])}。`,
    );
    this.walk = null;
    this.changed();
    return true;
  }

  takeAway(path: string): void {
    takeAway(this.state, path);
    this.host.say("这个问题和它下面的都撤掉了。可以再按“撤回一步”找回来。");
    this.walk = null;
    this.changed();
  }

  undo(): void {
    if (!undo(this.state)) return;
    this.host.say("撤回了一步。");
    this.walk = null;
    this.changed();
  }

  /** What the learner would do next, for the pupil to look at before it happens. */
  next(): NextStep | null {
    return nextStep(this.tree("algorithm"), growthOf(this.state, this.settings, this.labels));
  }

  step(): void {
    const next = this.next();
    const question = next?.ranked[0]?.question;
    if (!question || this.state.learner.shown === null) return;
    this.state.learner.shown += 1;
    this.host.say(`它问了：${questionText(this.language, question)}`);
    this.walk = null;
    this.changed();
  }

  growAll(): void {
    this.state.learner.shown = null;
    const { questions, depth, test } = this.treeFacts("algorithm");
    // one layer more and still the same tree: its result is known and belongs to this depth as well
    if (test) markTested(this.state, "algorithm", this.tree("algorithm"), this.settings, this.labels);
    this.host.did("grew-tree", { limit: this.state.learner.depth, questions, depth });
    this.host.say(`种好了：${questions} 个问题，${depth} 层。`);
    this.walk = null;
    this.changed();
  }

  startOver(): void {
    this.state.learner.shown = 0;
    this.walk = null;
    this.changed();
  }

  /** Sets how deep the learner may go; a tree already grown in full is grown anew to that depth. */
  setDepth(depth: number): void {
    this.state.learner.depth = depth;
    if (this.state.learner.shown === null) this.growAll();
    else {
      this.state.learner.shown = 0;
      this.changed();
    }
  }

  test(which: Which): void {
    const tree = this.tree(which);
    const facts = markTested(this.state, which, tree, this.settings, this.labels);
    const { questions, depth, train, test } = facts;
    this.host.did("tested-tree", { which, questions, depth, train, test });
    if (test)
      this.host.say(
        `学过的 ${train.all} ${this.table.measure}分对 ${train.right}，没见过的 ${test.all} ${this.table.measure}分对 ${test.right}。`,
      );
    this.changed();
  }

  startWalk(row: Row): void {
    this.walk = { row, path: "", reply: "", arrived: !this.tree().question };
    this.drawn();
  }

  /** The pupil says which way the row goes; a wrong turn is not taken. */
  turn(yes: boolean): void {
    const { walk } = this;
    const node = walk ? at(this.tree(), walk.path) : null;
    if (!walk || !node?.question) return;
    const { question } = node;
    const value = valueText(this.language, question.column, walk.row.values[question.column]);
    if (answers(question, walk.row) !== yes) {
      walk.reply = `再看一眼：它的${this.columnText(question.column)}是${value}。`;
      this.host.say(walk.reply);
      this.drawn();
      return;
    }
    walk.path += yes ? "y" : "n";
    walk.reply = `对，${value}，往“${yes ? "是" : "否"}”走。`;
    const end = at(this.tree(), walk.path);
    if (end?.question) {
      this.host.say(walk.reply);
      this.drawn();
    } else this.arrive(walk, end);
  }

  private arrive(walk: Walk, end: Tree | null): void {
    const said = labelText(this.language, end?.says ?? 0);
    const truth = labelText(this.language, this.labels.indexOf(walk.row.label));
    const right = said === truth;
    walk.arrived = true;
    walk.reply = `走到底了。这一堆说是${said}，它真的是${truth}，${right ? "说对了" : "说错了"}。`;
    this.host.say(walk.reply);
    if (!this.state.traced.includes(walk.row.no)) {
      this.state.traced.push(walk.row.no);
      this.host.did("traced-row", {
        row: walk.row.no,
        which: this.state.which,
        steps: walk.path.length,
        right,
      });
    }
    this.changed();
  }

  columnText(key: string): string {
    return this.table.columns.find((column) => column.key === key)?.text ?? key;
  }
}
