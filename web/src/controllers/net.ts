import { Controller } from "@hotwired/stimulus";

/** A line that is there only while the network is gone. */
export default class NetController extends Controller<HTMLElement> {
  override connect(): void {
    addEventListener("online", this.look);
    addEventListener("offline", this.look);
    this.look();
  }

  override disconnect(): void {
    removeEventListener("online", this.look);
    removeEventListener("offline", this.look);
  }

  private readonly look = () => {
    this.element.hidden = navigator.onLine !== false;
  };
}
