import { Controller } from "@hotwired/stimulus";

/**
 * Tabs that share one page: arrow keys move, the address keeps the place (#id of the panel).
 * Buttons are targets "tab" with aria-controls; panels are targets "panel".
 */
export default class TabsController extends Controller {
  static override targets = ["tab", "panel"];
  declare readonly tabTargets: HTMLElement[];
  declare readonly panelTargets: HTMLElement[];

  override connect(): void {
    for (const tab of this.tabTargets) tab.setAttribute("role", "tab");
    this.tabTargets[0]?.parentElement?.setAttribute("role", "tablist");
    for (const panel of this.panelTargets) {
      panel.setAttribute("role", "tabpanel");
      const owner = this.tabTargets.find((tab) => tab.getAttribute("aria-controls") === panel.id);
      if (owner) {
        owner.id ||= `${panel.id}-tab`;
        panel.setAttribute("aria-labelledby", owner.id);
      }
    }
    const wanted = location.hash.slice(1);
    const first = this.tabTargets.find((tab) => tab.getAttribute("aria-controls") === wanted);
    const chosen = first ?? this.tabTargets.find((tab) => tab.getAttribute("aria-selected") === "true");
    this.show(chosen ?? this.tabTargets[0]);
  }

  choose(event: Event): void {
    const tab = event.currentTarget as HTMLElement;
    this.show(tab);
    history.replaceState(history.state, "", `#${tab.getAttribute("aria-controls")}`);
  }

  move(event: KeyboardEvent): void {
    const at = this.tabTargets.indexOf(event.currentTarget as HTMLElement);
    const last = this.tabTargets.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = this.tabTargets[(to + this.tabTargets.length) % this.tabTargets.length];
    this.show(tab);
    tab?.focus();
  }

  private show(chosen: HTMLElement | undefined): void {
    if (!chosen) return;
    for (const tab of this.tabTargets) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    for (const panel of this.panelTargets) panel.hidden = panel.id !== chosen.getAttribute("aria-controls");
  }
}
