// The detector: one pass over the bytes of a text, and a closer look where something could be.
import { colonAddress, emailAround, hyphenatedMacIn, ipv4In } from './addresses.ts'
import { Context, wordsOf } from './context.ts'
import { ibansIn } from './ibans.ts'
import { type Identifiers, identifiersOf } from './identifiers.ts'
import type { NameRecogniser } from './names.ts'
import type { Run } from './numbers.ts'
import { phoneIn } from './phones.ts'
import { type Finds, scan } from './scan.ts'
import { MINIMUM_SCORE, type Span, scoreOf, withoutOverlaps } from './spans.ts'

/** Raised with each change that could change what is found in some text. */
export const DETECTOR_VERSION = 1

/** Classes beside the identifiers of persons. */
export const GENERAL_CLASSES = ['email', 'iban', 'phone', 'ip', 'mac', 'person'] as const

export type DetectorOptions = {
  /** Names of classes, or beginnings of them with `*` (`de-*`); all where it is absent. */
  readonly classes?: readonly string[]
  /** Spans below it are not reported: 0 to 1, `MINIMUM_SCORE` where it is absent. */
  readonly minimum?: number
  /** Who finds names; nobody where it is absent. */
  readonly names?: NameRecogniser
}

const IP_WORDS = wordsOf(`ip, ipv4, host, server, address, adresse, adres, adress, adresa, indirizzo, dirección, endereço, адрес, διεύθυνση,
  cím, osoit, aadress, naslov, seoladh, indirizz, endereç, عنوان, पता`)
/** Bits of evidence by form alone. */
const CERTAIN = 20
const LIKELY = 14
/** Four numbers below 100 are the number of a section, a version or a ware more often than an address. */
const SMALL_NUMBERS = 3
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Finds personal data in texts. Immutable, and made once: its tables are shared by all. */
export class Detector {
  /** Every class that it looks for, in order. */
  readonly classes: readonly string[]
  private readonly identifiers: Identifiers
  private readonly minimum: number
  private readonly names: NameRecogniser | undefined
  private readonly wanted: ReadonlySet<string>

  constructor({ classes, minimum = MINIMUM_SCORE, names }: DetectorOptions = {}) {
    const isWanted = (name: string): boolean =>
      classes === undefined || classes.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))
    this.identifiers = identifiersOf(isWanted)
    this.minimum = minimum
    this.names = names !== undefined && isWanted('person') ? names : undefined
    const general = GENERAL_CLASSES.filter((name) => isWanted(name) && (name !== 'person' || this.names !== undefined))
    this.wanted = new Set([...general, ...this.identifiers.classes])
    this.classes = [...this.wanted]
  }

  /** What is found in a text of UTF-8, in order, none over another. Bytes that are no UTF-8 belong to nothing. */
  find(text: Uint8Array): readonly Span[] {
    const closer = new Closer(text, this.identifiers, this.wanted, this.minimum)
    scan(text, closer)
    if (this.names !== undefined) closer.names(this.names)
    return withoutOverlaps(closer.spans)
  }

  /** The same for a string; places are UTF-16 units. */
  findIn(text: string): readonly Span[] {
    const bytes = encoder.encode(text)
    const spans = this.find(bytes)
    if (spans.length === 0 || bytes.length === text.length) return spans
    const place = placesIn(text)
    return spans.map((span) => ({ ...span, start: place(span.start), end: place(span.end) }))
  }
}

/** Turns places in bytes, asked for in ascending order, into places in UTF-16 units. */
const placesIn = (text: string): ((byte: number) => number) => {
  let [bytes, units] = [0, 0]
  return (byte) => {
    while (bytes < byte) {
      const point = text.codePointAt(units) ?? 0
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
      units += point < 0x10000 ? 1 : 2
    }
    return units
  }
}

/** Looks closer at what the pass comes upon in one text. */
class Closer implements Finds {
  readonly spans: Span[] = []
  private readonly text: Uint8Array
  private readonly identifiers: Identifiers
  private readonly wanted: ReadonlySet<string>
  private readonly minimum: number

  constructor(text: Uint8Array, identifiers: Identifiers, wanted: ReadonlySet<string>, minimum: number) {
    this.text = text
    this.identifiers = identifiers
    this.wanted = wanted
    this.minimum = minimum
  }

  run(run: Run): void {
    const context = (start: number, end: number): Context => new Context(this.text, start, end)
    for (const { start, end } of ibansIn(run)) this.add('iban', start, end, CERTAIN)
    for (const found of this.identifiers.in(run, context)) this.add(found.class, found.start, found.end, found.bits)
    for (const { start, end, isSmall } of ipv4In(run)) {
      const bits = isSmall ? SMALL_NUMBERS + context(start, end).bits(IP_WORDS) : LIKELY
      this.add('ip', start, end, bits)
    }
    const mac = hyphenatedMacIn(run)
    if (mac !== undefined) this.add('mac', mac.start, mac.end, LIKELY)
    const phone = this.wanted.has('phone') ? phoneIn(run, context) : undefined
    if (phone !== undefined) this.add('phone', phone.start, phone.end, phone.bits)
  }

  at(place: number): void {
    const found = emailAround(this.text, place)
    if (found !== undefined) this.add('email', found.start, found.end, CERTAIN)
  }

  colon(place: number): void {
    const found = colonAddress(this.text, place)
    if (found !== undefined) this.add(found.class, found.start, found.end, LIKELY)
  }

  names(recognise: NameRecogniser): void {
    const written = decoder.decode(this.text)
    let [units, bytes] = [0, 0]
    for (const { start, end, score } of [...recognise(written)].sort((a, b) => a.start - b.start)) {
      if (score < this.minimum || start < units) continue
      bytes += encoder.encode(written.slice(units, start)).length
      units = start
      const value = written.slice(start, end)
      this.spans.push({ start: bytes, end: bytes + encoder.encode(value).length, class: 'person', score })
    }
  }

  private add(name: string, start: number, end: number, bits: number): void {
    const score = scoreOf(bits)
    if (score >= this.minimum && this.wanted.has(name)) this.spans.push({ start, end, class: name, score })
  }
}
