// A pupil's home: sends what an earlier page could not, and says what still waits on this device.

import "../../css/entries/pupil.css";
import "../player/player.css";
import "../player/answers.css";
import "../player/spots.css";
import ModelFileController from "../controllers/model-file";
import { common } from "../lib/sets";
import { start } from "../lib/start";
import { forgetOnSignOut, keepForOffline } from "../player/offline";
import { Outbox } from "../player/outbox";
import { openStore } from "../player/store";
import { HttpTransport } from "../player/transport";

start({ ...common, "model-file": ModelFileController });

async function begin(who: string): Promise<void> {
  const store = await openStore();
  const outbox = new Outbox({ who, store, transport: new HttpTransport("/api/learning/") });
  const line = document.querySelector<HTMLElement>("[data-waiting]");
  outbox.listen({
    state: (state) => {
      if (!line) return;
      line.hidden = state.waiting === 0;
      line.textContent =
        state.sending === "sending"
          ? "正在送刚才没送到的作答…"
          : `还有${state.waiting}条存在这台设备上，连上网就送。`;
    },
  });
  window.addEventListener("online", () => void outbox.flush());
  await outbox.flush();
  forgetOnSignOut(async () => {
    if ((await store.waiting(who)).length === 0) await store.dropDrafts(`${who}/`);
  });
}

const who = document.body.dataset["who"];
if (who) void begin(who);
if (who && document.body.dataset["worker"]) keepForOffline(document.body.dataset["worker"], who);
