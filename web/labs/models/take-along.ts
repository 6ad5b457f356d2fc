// What a page outside the labs needs to hand a kept model over; fetched when it is asked for.
export { readModel } from "../models";
export { exportModel } from "./export";
