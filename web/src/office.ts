import "../css/entries/office.css";
import AutosubmitController from "./controllers/autosubmit";
import CheckAllController from "./controllers/check-all";
import CopyController from "./controllers/copy";
import FileboxController from "./controllers/filebox";
import PasskeyController from "./controllers/passkey";
import PinPadController from "./controllers/pin-pad";
import PrintController from "./controllers/print";
import QrScanController from "./controllers/qr-scan";
import SlipGridController from "./controllers/slip-grid";
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
  passkey: PasskeyController,
  "pin-pad": PinPadController,
  print: PrintController,
  "qr-scan": QrScanController,
  "slip-grid": SlipGridController,
  twin: TwinController,
});
