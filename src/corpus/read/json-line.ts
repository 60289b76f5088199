// One JSON object (RFC 8259) scanned for a few members, byte by byte: its text goes from disk to pack without ever being a string.
import { type Json, parseJson } from '../../core/json.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const OPEN = 0x7b
const CLOSE = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const SPACE = 0x20
/** Of a member that is not the text. */
const LONGEST_VALUE = 65_536
const DEEPEST_VALUE = 16

const utf8 = new TextDecoder()
const encoder = new TextEncoder()

/**
 * Finds the text of a line and the places of other members. Members that nobody asked for are passed over: their brackets and strings must
 * close, and nothing else of them is checked. Where a name stands twice, the last counts, as for `JSON.parse`.
 */
export class JsonLineScanner {
  /** After a scan without a reason: a view of the line, or of a buffer that the next scan overwrites; undefined where there is no such member. */
  text: Uint8Array | undefined
  private readonly names: readonly Uint8Array[]
  /** Start and end of each other member's value; both 0 where it is absent. */
  private readonly places: Uint32Array
  private line: Uint8Array = new Uint8Array(0)
  private scratch = new Uint8Array(1 << 16)
  private at = 0
  private reason = ''

  constructor(text: string, others: readonly string[]) {
    this.names = [text, ...others].map((name) => encoder.encode(name))
    this.places = new Uint32Array(2 * this.names.length)
  }

  /** Undefined, or why the line is no object with a text: it must be valid UTF-8 already. */
  scan(line: Uint8Array): string | undefined {
    this.line = line
    this.at = 0
    this.text = undefined
    this.places.fill(0)
    return this.object() ? undefined : this.reason
  }

  /** The value of the member that stood at `index` of `others`; undefined where it is absent, or is no JSON that is short enough. */
  valueOf(index: number): Json | undefined {
    const start = this.places[2 * index + 2] ?? 0
    const end = this.places[2 * index + 3] ?? 0
    if (end === 0 || end - start > LONGEST_VALUE) return undefined
    const parsed = parseJson(utf8.decode(this.line.subarray(start, end)), { maxLength: LONGEST_VALUE, maxDepth: DEEPEST_VALUE })
    return parsed.ok ? parsed.value : undefined
  }

  private object(): boolean {
    if (this.token() !== OPEN) return this.refuse('it is no JSON object')
    this.at++
    if (this.token() === CLOSE) this.at++
    else
      for (;;) {
        if (!this.member()) return false
        const next = this.token()
        this.at++
        if (next === CLOSE) break
        if (next !== COMMA) return this.refuse('a comma or `}` is missing', this.at - 1)
      }
    return this.token() === -1 || this.refuse('something follows its object')
  }

  private member(): boolean {
    if (this.token() !== QUOTE) return this.refuse('the name of a member is missing')
    const start = this.at + 1
    if (!this.passString()) return false
    const which = this.nameAt(start, this.at - 1)
    if (this.token() !== COLON) return this.refuse('a colon is missing')
    this.at++
    const first = this.token()
    if (which !== 0) {
      const valueStart = this.at
      if (!this.passValue(first)) return false
      if (which > 0) this.places.set([valueStart, this.at], 2 * which)
      return true
    }
    if (first === QUOTE) return this.takeText()
    if (!this.passValue(first)) return false
    return this.refuse('its text is no string')
  }

  /** The next byte that is no white space, -1 at the end. */
  private token(): number {
    const { line } = this
    for (; this.at < line.length; this.at++) {
      const byte = line[this.at] ?? 0
      if (byte !== SPACE && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return byte
    }
    return -1
  }

  private nameAt(start: number, end: number): number {
    const { line, names } = this
    for (let which = 0; which < names.length; which++) {
      const name = names[which] ?? line
      if (name.length !== end - start) continue
      let same = 0
      while (same < name.length && name[same] === line[start + same]) same++
      if (same === name.length) return which
    }
    // A name may be written with escapes, though nobody does.
    if (line.subarray(start, end).indexOf(BACKSLASH) < 0) return -1
    const parsed = parseJson(utf8.decode(line.subarray(start - 1, end + 1)), { maxLength: LONGEST_VALUE, maxDepth: 1 })
    return parsed.ok ? names.findIndex((name) => utf8.decode(name) === parsed.value) : -1
  }

  private passValue(first: number): boolean {
    if (first === QUOTE) return this.passString()
    if (first === OPEN || first === OPEN_LIST) return this.passNested()
    const start = this.at
    for (; this.at < this.line.length; this.at++) if (!isLiteral(this.line[this.at] ?? 0)) break
    return this.at > start || this.refuse('a value is missing')
  }

  private passNested(): boolean {
    const { line } = this
    let depth = 0
    while (this.at < line.length) {
      const byte = line[this.at]
      if (byte === QUOTE) {
        if (!this.passString()) return false
        continue
      }
      this.at++
      if (byte === OPEN || byte === OPEN_LIST) depth++
      else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) return true
    }
    return this.refuse('it ends within a value')
  }

  private passString(): boolean {
    const { line } = this
    const end = line.length
    for (let at = this.at + 1; at < end; at++) {
      const byte = line[at] ?? 0
      if (byte === QUOTE) {
        this.at = at + 1
        return true
      }
      if (byte === BACKSLASH) at++
      else if (byte < SPACE) return this.refuse('a control character stands in a string', at)
    }
    return this.refuse('it ends within a string', end)
  }

  /** The hot loop: a text without escapes is a view; any other is unescaped as it is read. */
  private takeText(): boolean {
    const { line } = this
    const start = this.at + 1
    let at = start
    let byte = 0
    while (at < line.length) {
      byte = line[at] ?? 0
      if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) break
      at++
    }
    if (at < line.length && byte === QUOTE) {
      this.text = line.subarray(start, at)
      this.at = at + 1
      return true
    }
    // What is unescaped is never longer than it was.
    if (this.scratch.length < line.length) this.scratch = new Uint8Array(Math.max(line.length, this.scratch.length * 2))
    this.scratch.set(line.subarray(start, at))
    return this.unescape(at, at - start)
  }

  private unescape(from: number, filled: number): boolean {
    const { line, scratch } = this
    const end = line.length
    let at = from
    let to = filled
    while (at < end) {
      const byte = line[at++] ?? 0
      if (byte === QUOTE) {
        this.text = scratch.subarray(0, to)
        this.at = at
        return true
      }
      if (byte < SPACE) return this.refuse('a control character stands in a string', at - 1)
      if (byte !== BACKSLASH) {
        scratch[to++] = byte
        continue
      }
      const escaped = SHORT[line[at] ?? 0] ?? 0
      if (escaped !== 0) {
        scratch[to++] = escaped
        at++
      } else {
        const point = this.codePoint(at)
        if (point < 0) return false
        at += point > 0xffff ? 11 : 5
        to = writePoint(scratch, to, point)
      }
    }
    return this.refuse('it ends within a string', end)
  }

  /** Of `uXXXX`, or of two for one character beyond the basic plane. */
  private codePoint(at: number): number {
    const unit = this.line[at] === 0x75 ? hexAt(this.line, at + 1) : -1
    const low = unit >> 10 === 0x36 && this.line[at + 5] === BACKSLASH && this.line[at + 6] === 0x75 ? hexAt(this.line, at + 7) : -1
    if (unit < 0) this.refuse('an escape is none of JSON', at)
    else if (unit >> 10 === 0x36 && low >> 10 === 0x37) return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff)
    else if (unit >> 11 === 0x1b) this.refuse('half a pair of surrogates stands alone, which is no character', at)
    else return unit
    return -1
  }

  private refuse(reason: string, at = this.at): false {
    this.reason = `${reason} (byte ${at} of the record)`
    return false
  }
}

/** What stands for itself or another byte after a backslash; 0 for none and for `u`. */
const SHORT = new Uint8Array(256)
for (const [letter, byte] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 0x08],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
] as const)
  SHORT[letter.charCodeAt(0)] = byte

const isLiteral = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e

const hexAt = (bytes: Uint8Array, start: number): number => {
  let value = 0
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] ?? 0
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66 ? (byte | 0x20) - 0x57 : -1
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** Writes a character in UTF-8 and gives the place after it. */
const writePoint = (bytes: Uint8Array, start: number, point: number): number => {
  let to = start
  if (point < 0x80) bytes[to++] = point
  else if (point < 0x800) {
    bytes[to++] = 0xc0 | (point >> 6)
    bytes[to++] = 0x80 | (point & 0x3f)
  } else {
    if (point < 0x10000) bytes[to++] = 0xe0 | (point >> 12)
    else {
      bytes[to++] = 0xf0 | (point >> 18)
      bytes[to++] = 0x80 | ((point >> 12) & 0x3f)
    }
    bytes[to++] = 0x80 | ((point >> 6) & 0x3f)
    bytes[to++] = 0x80 | (point & 0x3f)
  }
  return to
}
