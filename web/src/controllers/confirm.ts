import { Controller } from "@hotwired/stimulus";

export interface Question {
  title: string;
  text?: string;
  go?: string;
  stay?: string;
  need?: boolean;
}

/** Asks in a dialog of our own; resolves to true when the person goes on. Esc and the backdrop mean no. */
export function ask(question: Question): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = question.need ? "dialog need" : "dialog";
  const inner = document.createElement("div");
  inner.className = "in";
  const heading = document.createElement("h2");
  heading.id = "ask-h";
  heading.textContent = question.title;
  dialog.setAttribute("aria-labelledby", heading.id);
  inner.append(heading);
  if (question.text) {
    const text = document.createElement("p");
    text.textContent = question.text;
    inner.append(text);
  }
  const acts = document.createElement("p");
  acts.className = "acts";
  const stay = button(question.stay ?? "先不", "btn");
  const go = button(question.go ?? "确定", question.need ? "btn danger" : "btn go");
  acts.append(stay, go);
  inner.append(acts);
  dialog.append(inner);
  document.body.append(dialog);

  return new Promise((resolve) => {
    const finish = (answer: boolean) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    stay.addEventListener("click", () => finish(false));
    go.addEventListener("click", () => finish(true));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) finish(false);
    });
    dialog.showModal();
    stay.focus();
  });
}

function button(label: string, className: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = label;
  return made;
}

/**
 * On a form: asks before it is sent.
 * <form data-controller="confirm" data-confirm-title-value="现在下课？" data-confirm-text-value="还有7人没做完。"
 *       data-confirm-go-value="下课"> … (data-confirm-need-value="true" when it can't be undone)
 */
export default class ConfirmController extends Controller<HTMLFormElement> {
  static override values = { title: String, text: String, go: String, need: Boolean };
  declare readonly titleValue: string;
  declare readonly textValue: string;
  declare readonly goValue: string;
  declare readonly needValue: boolean;
  private agreed = false;

  override connect(): void {
    this.element.addEventListener("submit", this.submitted, true);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.submitted, true);
  }

  private readonly submitted = (event: SubmitEvent) => {
    if (this.agreed) {
      this.agreed = false;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    void this.ask(event.submitter);
  };

  private async ask(submitter: HTMLElement | null): Promise<void> {
    const question: Question = { title: this.titleValue, need: this.needValue };
    if (this.textValue) question.text = this.textValue;
    if (this.goValue) question.go = this.goValue;
    if (await ask(question)) {
      this.agreed = true;
      this.element.requestSubmit(submitter);
    } else {
      submitter?.focus();
    }
  }
}
