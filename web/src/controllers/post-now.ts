import { Controller } from "@hotwired/stimulus";

/** A form that is sent as soon as it is there; its button is for those without scripts. */
export default class PostNowController extends Controller<HTMLFormElement> {
  override connect(): void {
    this.element.submit();
  }
}
