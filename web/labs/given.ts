// Reading what was saved or set: any value comes in, only what fits goes on.

export type Raw = Record<string, unknown>;

export const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const finite = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
export const whole = (value: unknown, otherwise: number, least: number, most: number): number =>
  finite(value) ? Math.min(most, Math.max(least, Math.round(value))) : otherwise;
export const strings = (value: unknown): string[] =>
  list(value).filter((one): one is string => typeof one === "string");
export const oneOf = <T extends string>(value: unknown, all: readonly T[], otherwise: T): T =>
  all.find((one) => one === value) ?? otherwise;
