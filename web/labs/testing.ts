// For tests: a page that carries a lab, and what a lesson sets. Part of no page.
import { type Mock, vi } from "vitest";
import type { LabHost, LabSpec } from "./host";

export interface StandIn extends LabHost {
  save: Mock<LabHost["save"]>;
  reached: Mock<LabHost["reached"]>;
  did: Mock<LabHost["did"]>;
  say: Mock<LabHost["say"]>;
}

/** A host that keeps nothing and hears all (`did`, `reached`, `save`, `say` are spies); `more` takes the place of a part. */
export function standIn(state: unknown = null, more: Partial<LabHost> = {}): StandIn {
  return {
    state: () => state,
    save: vi.fn(),
    reached: vi.fn(),
    did: vi.fn(),
    camera: () => "allowed",
    datasetUrl: () => "",
    say: vi.fn(),
    ...more,
  } as StandIn;
}

export const labSpec = (id: string, dataset = "", more: Partial<LabSpec> = {}): LabSpec => ({
  id,
  dataset,
  settings: {},
  goals: [],
  hints: [],
  ...more,
});
