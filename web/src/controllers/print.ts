import { Controller } from "@hotwired/stimulus";

export default class PrintController extends Controller {
  now(): void {
    window.print();
  }
}
