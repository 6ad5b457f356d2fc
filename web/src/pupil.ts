import "../css/entries/pupil.css";
import PasskeyController from "./controllers/passkey";
import PinPadController from "./controllers/pin-pad";
import PostNowController from "./controllers/post-now";
import QrScanController from "./controllers/qr-scan";
import TalkController from "./controllers/talk";
import ToolFrameController from "./controllers/tool-frame";
import { common } from "./lib/sets";
import { start } from "./lib/start";

start({
  ...common,
  passkey: PasskeyController,
  "pin-pad": PinPadController,
  "post-now": PostNowController,
  "qr-scan": QrScanController,
  talk: TalkController,
  "tool-frame": ToolFrameController,
});
