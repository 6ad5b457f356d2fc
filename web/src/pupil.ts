import "../css/entries/pupil.css";
import PasskeyController from "./controllers/passkey";
import PinPadController from "./controllers/pin-pad";
import QrScanController from "./controllers/qr-scan";
import { common } from "./lib/sets";
import { start } from "./lib/start";

start({ ...common, passkey: PasskeyController, "pin-pad": PinPadController, "qr-scan": QrScanController });
