// Data sets as the labs read them: dataset.yaml and the files it names. One file per kind: its shape, its reading, its fetching.
export * from "./csv";
export * from "./images";
export { type About, fetchKind, type Named } from "./read";
export * from "./rules";
export * from "./sheets";
export * from "./sounds";
export * from "./table";
export * from "./texts";
export * from "./words";
