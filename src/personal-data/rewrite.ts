// A text without what was found in it.
import { type KeyedHash, maskOf, pseudonymOf } from './pseudonyms.ts'
import { canonical, type Span } from './spans.ts'

/** `mark` leaves the text as it is: the spans are all there is to say. */
export type Mode = { readonly kind: 'mark' } | { readonly kind: 'redact' } | { readonly kind: 'pseudonymise'; readonly keyed: KeyedHash }
type Place = Pick<Span, 'start' | 'end' | 'class'>

/** What stands in place of a value of a class, as it was written. */
export const replacementFor = (mode: Exclude<Mode, { kind: 'mark' }>, name: string, written: string): string =>
  mode.kind === 'redact' ? maskOf({ class: name }) : pseudonymOf({ class: name, value: canonical(name, written) }, mode.keyed)

/** A text with its spans, in order and none over another, replaced; places are UTF-16 units. */
export const rewriteText = (text: string, spans: readonly Place[], replace: (span: Place, written: string) => string): string => {
  let written = ''
  let from = 0
  for (const span of spans) {
    written += text.slice(from, span.start) + replace(span, text.slice(span.start, span.end))
    from = span.end
  }
  return from === 0 ? text : written + text.slice(from)
}
