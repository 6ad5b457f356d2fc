// Entry of the lesson player and of practice: puts the parts together and wires them to the page.

import { common } from "../lib/sets";
import { start } from "../lib/start";
import { Player } from "./player";
import { openStore } from "./store";
import { HttpTransport } from "./transport";
import type { PageData } from "./types";

start(common);

const source = document.getElementById("page-data");
if (source) {
  const page = JSON.parse(source.textContent ?? "{}") as PageData;
  void openStore().then((store) => new Player(page, store, new HttpTransport(page.urls.api)).start());
}

if ("serviceWorker" in navigator && document.body.dataset["worker"]) {
  navigator.serviceWorker
    .register(document.body.dataset["worker"], { scope: "/learn/" })
    .catch(() => undefined);
}
