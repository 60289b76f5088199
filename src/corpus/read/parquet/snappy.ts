import { Broken } from './thrift.ts'

/** Unpacks a block of Snappy (github.com/google/snappy, "format_description.txt") into exactly `length` bytes. */
export const unsnappy = (packed: Uint8Array, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  // The length stands before; ours is the one that counts, and must be the same.
  while ((packed[at++] ?? 0) >= 128);
  let to = 0
  while (at < packed.length) {
    const tag = packed[at++] ?? 0
    const kind = tag & 3
    if (kind === 0) {
      let run = tag >> 2
      if (run >= 60) {
        const width = run - 59
        run = little(packed, at, width)
        at += width
      }
      run++
      if (at + run > packed.length || to + run > length) throw broken()
      bytes.set(packed.subarray(at, at + run), to)
      at += run
      to += run
      continue
    }
    const run = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    const width = kind === 3 ? 4 : kind
    const back = kind === 1 ? ((tag >> 5) << 8) + little(packed, at, 1) : little(packed, at, width)
    at += width
    if (back === 0 || back > to || to + run > length) throw broken()
    // Where the copy reaches into itself, bytes repeat.
    if (back >= run) bytes.copyWithin(to, to - back, to - back + run)
    else for (let index = 0; index < run; index++) bytes[to + index] = bytes[to + index - back] ?? 0
    to += run
  }
  if (to !== length) throw broken()
  return bytes
}

const broken = (): Broken => new Broken('a page is not whole as Snappy')

const little = (bytes: Uint8Array, at: number, width: number): number => {
  let value = 0
  for (let index = width - 1; index >= 0; index--) {
    const byte = bytes[at + index]
    if (byte === undefined) throw broken()
    value = value * 256 + byte
  }
  return value
}
