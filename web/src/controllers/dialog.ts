import { Controller } from "@hotwired/stimulus";

/** Opens the <dialog> named by data-dialog-id-value (or its own target) and closes it again. */
export default class DialogController extends Controller<HTMLElement> {
  static override targets = ["dialog"];
  static override values = { id: String };
  declare readonly dialogTargets: HTMLDialogElement[];
  declare readonly idValue: string;

  open(): void {
    this.box()?.showModal();
  }

  close(): void {
    this.box()?.close();
  }

  /** On the dialog itself: a click beside it closes it. */
  backdrop(event: Event): void {
    if (event.target === this.box()) this.close();
  }

  private box(): HTMLDialogElement | undefined {
    const named = this.idValue ? document.getElementById(this.idValue) : null;
    return this.dialogTargets[0] ?? (named instanceof HTMLDialogElement ? named : undefined);
  }
}
