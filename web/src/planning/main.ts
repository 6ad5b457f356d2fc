// Entry of the page on which a model words a part of a plan otherwise.

import { Application } from "@hotwired/stimulus";
import TalkController from "../controllers/talk";

const application = Application.start();
application.register("talk", TalkController);
