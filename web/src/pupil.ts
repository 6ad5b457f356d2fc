import "../css/entries/pupil.css";
import PinPadController from "./controllers/pin-pad";
import QrScanController from "./controllers/qr-scan";
import { common } from "./lib/sets";
import { start } from "./lib/start";

start({ ...common, "pin-pad": PinPadController, "qr-scan": QrScanController });
