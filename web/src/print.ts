import "../css/entries/print.css";
import PrintController from "./controllers/print";
import { start } from "./lib/start";

start({ print: PrintController });
