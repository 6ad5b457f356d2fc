import { Application, type ControllerConstructor } from "@hotwired/stimulus";

let running: { application: Application; identifier: string } | undefined;

/** For tests: puts HTML on the page with one controller running, and waits until it has looked at it. */
export async function mount(
  html: string,
  identifier: string,
  controller: ControllerConstructor,
): Promise<Application> {
  running?.application.unload(running.identifier);
  running?.application.stop();
  document.body.innerHTML = html;
  const application = new Application(document.documentElement);
  application.handleError = (error) => {
    throw error;
  };
  application.register(identifier, controller);
  await application.start();
  running = { application, identifier };
  return application;
}

export function one<T extends HTMLElement = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`nothing on the page matches ${selector}`);
  return found;
}

/** Lets observers and promises that are due have their turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export function key(target: Element, name: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
}
