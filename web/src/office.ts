import "../css/entries/office.css";
import AutosubmitController from "./controllers/autosubmit";
import CheckAllController from "./controllers/check-all";
import CopyController from "./controllers/copy";
import FileboxController from "./controllers/filebox";
import FoldController from "./controllers/fold";
import PasskeyController from "./controllers/passkey";
import PinPadController from "./controllers/pin-pad";
import PostNowController from "./controllers/post-now";
import PrintController from "./controllers/print";
import QrScanController from "./controllers/qr-scan";
import SendLaterController from "./controllers/send-later";
import SlipGridController from "./controllers/slip-grid";
import ToolFrameController from "./controllers/tool-frame";
import TwinController from "./controllers/twin";
import { startHtmx } from "./lib/htmx";
import { common } from "./lib/sets";
import { start } from "./lib/start";

startHtmx();
start({
  ...common,
  autosubmit: AutosubmitController,
  "check-all": CheckAllController,
  copy: CopyController,
  filebox: FileboxController,
  fold: FoldController,
  passkey: PasskeyController,
  "pin-pad": PinPadController,
  "post-now": PostNowController,
  print: PrintController,
  "qr-scan": QrScanController,
  "send-later": SendLaterController,
  "slip-grid": SlipGridController,
  "tool-frame": ToolFrameController,
  twin: TwinController,
});
