import "../../css/entries/projector.css";
import "../../css/deck.css";
import { common } from "../lib/sets";
import { start } from "../lib/start";
import WallController from "./wall";

start({ ...common, wall: WallController });
