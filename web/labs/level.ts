// The setting `level` of labs: pictures and few words, the usual, or with the program of the experiment beside it.
export type Level = "primary" | "junior" | "senior";

export function readLevel(given: Record<string, unknown>): Level {
  const level = given["level"];
  // `code: true` is how lessons asked for the program before there were levels
  return level === "primary" ? level : level === "senior" || given["code"] === true ? "senior" : "junior";
}
