import "../css/entries/projector.css";
import "../css/deck.css";
import SlidesController from "./controllers/slides";
import { common } from "./lib/sets";
import { start } from "./lib/start";

start({ ...common, slides: SlidesController });
