import "../../css/entries/office.css";
import CopyController from "../controllers/copy";
import { startHtmx } from "../lib/htmx";
import { common } from "../lib/sets";
import { start } from "../lib/start";
import CockpitController from "./cockpit";

startHtmx();
start({ ...common, copy: CopyController, cockpit: CockpitController });
