import "../css/entries/projector.css";
import { common } from "./lib/sets";
import { start } from "./lib/start";

start(common);
