import { Application, type ControllerConstructor } from "@hotwired/stimulus";
import { settle } from "../controllers/form-guard";
import { watchMath } from "./math";

/** Starts the page's controllers. A room's own entry may register more on what this returns. */
export function start(controllers: Record<string, ControllerConstructor>): Application {
  settle();
  watchMath();
  const application = Application.start();
  for (const [identifier, controller] of Object.entries(controllers))
    application.register(identifier, controller);
  return application;
}
