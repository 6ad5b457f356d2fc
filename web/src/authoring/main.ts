// Entry of the pages on which a school's version of a lesson is written and compared.

import { Application } from "@hotwired/stimulus";
import "../player/player.css";
import "../player/answers.css";
import "../player/spots.css";
import "./authoring.css";
import AreasController from "./areas";
import AuthoringController from "./authoring";
import RichController from "./rich";

const application = Application.start();
application.register("areas", AreasController);
application.register("authoring", AuthoringController);
application.register("rich", RichController);
