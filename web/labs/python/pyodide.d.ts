declare module "virtual:pyodide" {
  /** Address of the folder, with its slash. */
  export const base: string;
  /** Bytes of each file, as they lie on the disk. */
  export const sizes: Record<string, number>;
  export const lock: string;
}
