// A text without what was found in it.
import { type KeyedHash, maskOf, pseudonymOf } from './pseudonyms.ts'
import { canonical, type Span } from './spans.ts'

/** `mark` leaves the text as it is: the spans are all there is to say. */
export type Mode = { readonly kind: 'mark' } | { readonly kind: 'redact' } | { readonly kind: 'pseudonymise'; readonly keyed: KeyedHash }
type Place = Pick<Span, 'start' | 'end' | 'class'>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What stands in place of a value of a class, as it was written. */
export const replacementFor = (mode: Exclude<Mode, { kind: 'mark' }>, name: string, written: string): string =>
  mode.kind === 'redact' ? maskOf({ class: name }) : pseudonymOf({ class: name, value: canonical(name, written) }, mode.keyed)

/** A text of UTF-8 with its spans, in order and none over another, replaced; the same bytes where there are none. */
export const rewrite = (text: Uint8Array, spans: readonly Place[], mode: Mode): Uint8Array => {
  if (mode.kind === 'mark' || spans.length === 0) return text
  const words = spans.map((span) => encoder.encode(replacementFor(mode, span.class, decoder.decode(text.subarray(span.start, span.end)))))
  const removed = spans.reduce((sum, { start, end }) => sum + end - start, 0)
  const written = new Uint8Array(text.length - removed + words.reduce((sum, { length }) => sum + length, 0))
  let [from, to] = [0, 0]
  for (const [at, { start, end }] of spans.entries()) {
    written.set(text.subarray(from, start), to)
    to += start - from
    const word = words[at] as Uint8Array
    written.set(word, to)
    to += word.length
    from = end
  }
  written.set(text.subarray(from), to)
  return written
}

/** The same for a string, whose spans count UTF-16 units. */
export const rewriteText = (text: string, spans: readonly Place[], replace: (span: Place, written: string) => string): string => {
  let written = ''
  let from = 0
  for (const span of spans) {
    written += text.slice(from, span.start) + replace(span, text.slice(span.start, span.end))
    from = span.end
  }
  return from === 0 ? text : written + text.slice(from)
}
