import { Controller } from "@hotwired/stimulus";

/** Takes the focus when it appears (the summary of errors), so that a screen reader starts there. */
export default class FocusMeController extends Controller<HTMLElement> {
  override connect(): void {
    this.element.focus({ preventScroll: false });
  }
}
