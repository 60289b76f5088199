// One JSON object (RFC 8259) scanned for a few members: its text goes from disk to pack without ever being a string.
import { type Json, parseJson } from '../../core/json.ts'
import type { Kernel } from '../kernel/kernel.ts'

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
 * The kernel finds and unescapes the text, which is nearly all of a line; what stands around it is walked here. Members that nobody asked
 * for are passed over: their brackets and strings must close, and nothing else of them is checked. Of a name that stands twice the last
 * counts, as for `JSON.parse`; a text must not.
 */
export class JsonLineScanner {
  /** After a scan without a reason: a view until the kernel is called again; undefined where there is no such member. */
  text: Uint8Array | undefined
  private readonly kernel: Kernel
  private readonly textName: Uint8Array
  private readonly names: readonly Uint8Array[]
  /** Start and end of each other member's value; both 0 where it is absent. */
  private readonly places: Uint32Array
  private line: Buffer = Buffer.alloc(0)
  private at = 0
  private textStart = 0
  private textEnd = 0
  private reason = ''

  constructor(kernel: Kernel, text: string, others: readonly string[]) {
    this.kernel = kernel
    this.textName = encoder.encode(text)
    this.names = others.map((name) => encoder.encode(name))
    this.places = new Uint32Array(2 * others.length)
  }

  /** Undefined, or why the line is no object with a text. It must be valid UTF-8. */
  scan(line: Buffer): string | undefined {
    this.line = line
    this.at = 0
    this.places.fill(0)
    const member = this.kernel.member(line, this.textName)
    this.text = member.kind === 'text' ? member.text : undefined
    this.textStart = member.kind === 'text' ? member.start : -1
    this.textEnd = member.kind === 'text' ? member.end : -1
    if (!this.object()) return this.reason
    if (member.kind === 'not-text') return 'its text is no string'
    if (member.kind === 'twice') return 'it has its text twice'
    return member.kind === 'broken' ? `it is no JSON object from byte ${member.at} on` : undefined
  }

  /** The value of the member that stood at `index` of `others`; undefined where it is absent, or is no JSON that is short enough. */
  valueOf(index: number): Json | undefined {
    const start = this.places[2 * index] ?? 0
    const end = this.places[2 * index + 1] ?? 0
    if (end === 0 || end - start > LONGEST_VALUE) return undefined
    const value = this.line.toString('utf8', start, end)
    if (value.startsWith('"') && !value.includes('\\')) return value.slice(1, -1)
    const parsed = parseJson(value, { maxLength: LONGEST_VALUE, maxDepth: DEEPEST_VALUE })
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
    const valueStart = this.at
    if (valueStart === this.textStart) this.at = this.textEnd
    else if (!this.passValue(first)) return false
    if (which >= 0) this.places.set([valueStart, this.at], 2 * which)
    return true
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

  private refuse(reason: string, at = this.at): false {
    this.reason = `${reason} (byte ${at} of the record)`
    return false
  }
}

const isLiteral = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e
