// What a text holds, wherever it was found: in a file of its own, or in a member of a record.

import type { Terms } from '../terms.ts'
import { byteOrderMark, decoded, encodingOfPage, encodingOfXml } from './encodings.ts'
import { mainTextOf } from './html.ts'
import { frontMatterOf } from './markdown.ts'
import { type TermMember, termsWith } from './member-terms.ts'
import { document, type FileContext, type Found, type Place, refusal } from './reading.ts'
import { reservedBy } from './reservations.ts'
import { readTei } from './tei.ts'

/** Makes a document, or a refusal, of bytes; their encoding is checked where it is the file's. */
export type TextReader = (place: Place, bytes: Uint8Array, terms: Terms) => Found
export type Content = 'text' | 'markdown' | 'html' | 'tei'

const encoder = new TextEncoder()

export const textReader = (context: FileContext, content: Content): TextReader => {
  switch (content) {
    case 'text':
      return (place, bytes, terms) => document(context, place, withoutMark(bytes), terms)
    case 'markdown':
      return (place, bytes, terms) => {
        const text = withoutMark(bytes)
        const { length, said } = frontMatterOf(text)
        return document(context, place, text.subarray(length), length === 0 ? terms : termsWith(terms, said))
      }
    case 'html':
      return (place, bytes, terms) => readPageText(context, place, bytes, terms)
    case 'tei':
      return (place, bytes, terms) => {
        const text = decoded(bytes, encodingOfXml(bytes))
        if ('reason' in text) return refusal(place, text.reason)
        const read = readTei(text.text)
        if (!read.ok) return refusal(place, read.error)
        const { name, said } = read.value
        return document(context, { ...place, name: place.name || name }, encoder.encode(read.value.text), termsWith(terms, said))
      }
  }
}

/** The main text of a page. `stated`: its encoding as it was sent, which wins over what stands in it. */
export const readPageText = (context: FileContext, place: Place, bytes: Uint8Array, terms: Terms, stated?: string): Found => {
  const html = decoded(bytes, stated ?? encodingOfPage(bytes))
  if ('reason' in html) return refusal(place, html.reason)
  const main = mainTextOf(html.text)
  if (!main.ok) return refusal(place, main.error)
  const { text, language, licence, reservation } = main.value
  if (text === '') return refusal(place, 'the page has no text besides its menus and links')
  const said: Partial<Record<TermMember, string>> = { ...(language && { language }), ...(licence && { licence }) }
  return document(context, place, encoder.encode(text), reservedBy(termsWith(terms, said), reservation, context.time))
}

const withoutMark = (bytes: Uint8Array): Uint8Array => (byteOrderMark(bytes)?.encoding === 'utf-8' ? bytes.subarray(3) : bytes)
