// What becomes of each character of the basic plane, as a table that the kernel reads.
import { BULLETS, LOWER, SPACES, SYMBOLS, TERMINAL, UNSPACED, ZEROS } from './character-data.ts'

const POINTS = 0x10000
const SYMBOL = 0x01
const SPACE = 0x20
const MARKER = 0x10
const IS_TERMINAL = 1
const IS_BULLET = 2
const FLAGS_SHIFT = 24

/** An entry for each code point: up to three normalised bytes, the first lowest, and flags. `assembly/words.ts` and `lines.ts` read it. */
export const characterTable = (): Uint32Array => {
  const table = new Uint32Array(POINTS)
  const put = (point: number, bytes: number) => {
    table[point] = bytes
  }
  const flag = (flags: number) => (point: number) => {
    table[point] = (table[point] ?? 0) | (flags << FLAGS_SHIFT)
  }
  for (let point = 0; point < POINTS; point++) put(point, encoded(point))
  eachLower((point, small) => put(point, encoded(small)))
  eachIn(ZEROS, (zero) => {
    for (let digit = 1; digit < 10; digit++) put(zero + digit, encoded(zero))
  })
  // Some symbols have a lower case, too.
  eachIn(SYMBOLS, (point) => put(point, SYMBOL * 0x010101))
  eachIn(SPACES, (point) => put(point, SPACE * 0x010101))
  eachIn(UNSPACED, (point) => put(point, (encoded(point) & ~0xff) | MARKER | (point >> 12)))
  eachIn(TERMINAL, flag(IS_TERMINAL))
  eachIn(BULLETS, flag(IS_BULLET))
  return table
}

/** UTF-8, the first byte lowest. */
const encoded = (point: number): number => {
  const last = 0x80 | (point & 0x3f)
  if (point < 0x80) return point
  if (point < 0x800) return 0xc0 | (point >> 6) | (last << 8)
  return 0xe0 | (point >> 12) | ((0x80 | ((point >> 6) & 0x3f)) << 8) | (last << 16)
}

const eachIn = (ranges: string, take: (point: number) => void): void => {
  for (const range of ranges.split(' ')) {
    const [first = 0, last = first] = range.split('-').map((text) => Number.parseInt(text, 16))
    for (let point = first; point <= last; point++) take(point)
  }
}

const eachLower = (take: (point: number, small: number) => void): void => {
  for (const [, first = '', last = first, step = '1', difference = ''] of LOWER.matchAll(/([\da-f]+)(?:-([\da-f]+))?(?:\/(\d))?([+-]\d+)/g))
    for (let point = Number.parseInt(first, 16); point <= Number.parseInt(last, 16); point += Number(step))
      take(point, point + Number(difference))
}
