// A ZIP of a few text files, stored without compression: readable everywhere, written without a library.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = ((TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  return (crc ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers: `[value, bytes]` one after the other. */
function words(...fields: [number, 2 | 4][]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

// the first day ZIP can name: a file's day says nothing here and would make two exports differ
const DAY: [number, 2][] = [
  [0, 2],
  [0x21, 2],
];
const UTF8 = 0x0800;

export function zip(files: readonly { name: string; text: string }[]): Uint8Array<ArrayBuffer> {
  const coder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const index: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { name, text } of files) {
    const [called, data] = [coder.encode(name), coder.encode(text)];
    const shape: [number, 2 | 4][] = [
      [UTF8, 2],
      [0, 2],
      ...DAY,
      [crc32(data), 4],
      [data.length, 4],
      [data.length, 4],
      [called.length, 2],
      [0, 2],
    ];
    const head = words([0x04034b50, 4], [20, 2], ...shape);
    index.push(
      words([0x02014b50, 4], [20, 2], [20, 2], ...shape, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]),
      called,
    );
    parts.push(head, called, data);
    at += head.length + called.length + data.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = words([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [at, 4], [0, 2]);
  return joined([...parts, ...index, end]);
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
