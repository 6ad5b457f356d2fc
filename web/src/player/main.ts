// Entry of the lesson player and of practice: puts the parts together and wires them to the page.

import "../../css/entries/pupil.css";
import "./player.css";
import "./answers.css";
import "./spots.css";
import NetController from "../controllers/net";
import PollController from "../controllers/poll";
import SpeakController from "../controllers/speak";
import ThemeController from "../controllers/theme";
import ToastsController from "../controllers/toasts";
import { start } from "../lib/start";
import { keepForOffline } from "./offline";
import { Player } from "./player";
import { openStore } from "./store";
import { HttpTransport } from "./transport";
import type { PageData } from "./types";

start({
  net: NetController,
  poll: PollController, // the products of the lesson: one that is stopped says so at once
  speak: SpeakController,
  theme: ThemeController,
  toasts: ToastsController,
});

const source = document.getElementById("page-data");
if (source) {
  const page = JSON.parse(source.textContent ?? "{}") as PageData;
  void openStore().then((store) => new Player(page, store, new HttpTransport(page.urls.api)).start());
  const worker = document.body.dataset["worker"];
  if (worker) keepForOffline(worker, page.who);
}
