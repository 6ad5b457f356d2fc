import BusyController from "../controllers/busy";
import ClockController from "../controllers/clock";
import ConfirmController from "../controllers/confirm";
import DialogController from "../controllers/dialog";
import FocusMeController from "../controllers/focus-me";
import FormGuardController from "../controllers/form-guard";
import MenuController from "../controllers/menu";
import NetController from "../controllers/net";
import PollController from "../controllers/poll";
import ScrollerController from "../controllers/scroller";
import SpeakController from "../controllers/speak";
import SurveyController from "../controllers/survey";
import TabsController from "../controllers/tabs";
import ThemeController from "../controllers/theme";
import ToastsController from "../controllers/toasts";

/** What every interactive page has, a pupil's too. */
export const common = {
  busy: BusyController,
  clock: ClockController,
  confirm: ConfirmController,
  dialog: DialogController,
  "focus-me": FocusMeController,
  "form-guard": FormGuardController,
  menu: MenuController,
  net: NetController,
  poll: PollController,
  scroller: ScrollerController,
  speak: SpeakController,
  survey: SurveyController,
  tabs: TabsController,
  theme: ThemeController,
  toasts: ToastsController,
};
