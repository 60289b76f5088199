// What a text holds, wherever it was found: in a file of its own, or in a member of a record.
import type { Terms } from '../terms.ts'
import { decoded, encodingOfPage, encodingOfXml } from './encodings.ts'
import { mainTextOf } from './html.ts'
import { frontMatterOf } from './markdown.ts'
import { type TermMember, termsWith } from './member-terms.ts'
import { document, type FileContext, type Found, type Place, refusal } from './reading.ts'
import { reservedBy } from './reservations.ts'
import { readTei } from './tei.ts'

/** Makes a document, or a refusal, of bytes. */
export type TextReader = (place: Place, bytes: Uint8Array, terms: Terms) => Found
export type Content = 'text' | 'markdown' | 'html' | 'tei'

const encoder = new TextEncoder()

/** For texts that are known to be UTF-8, as the members of records are, whatever they say of themselves. */
export const textReader = (context: FileContext, content: Content): TextReader => {
  switch (content) {
    case 'text':
      return (place, bytes, terms) => document(context, place, bytes, terms)
    case 'markdown':
      return (place, bytes, terms) => {
        const { length, said } = frontMatterOf(bytes)
        return document(context, place, bytes.subarray(length), length === 0 ? terms : termsWith(terms, said))
      }
    case 'html':
      return (place, bytes, terms) => readPageText(context, place, bytes, terms, { encoding: 'utf-8' })
    case 'tei':
      return (place, bytes, terms) => readEdition(context, place, bytes, terms, 'utf-8')
  }
}

/** What came with a page: its encoding, which wins over what stands in it, and the moment in milliseconds since 1970. */
export type PageSent = { readonly encoding?: string | undefined; readonly time?: number }

/** The main text of a page. */
export const readPageText = (context: FileContext, place: Place, bytes: Uint8Array, terms: Terms, sent: PageSent = {}): Found => {
  const html = decoded(bytes, sent.encoding ?? encodingOfPage(bytes))
  if ('reason' in html) return refusal(place, html.reason)
  const main = mainTextOf(html.text)
  if (!main.ok) return refusal(place, main.error)
  const { text, language, licence, reservation } = main.value
  if (text === '') return refusal(place, 'the page has no text besides its menus and links')
  const said: Partial<Record<TermMember, string>> = { ...(language && { language }), ...(licence && { licence }) }
  return document(context, place, encoder.encode(text), reservedBy(termsWith(terms, said), reservation, sent.time ?? context.time))
}

/** The text of an XML document, in the encoding that it states unless another is given. */
export const readEdition = (context: FileContext, place: Place, bytes: Uint8Array, terms: Terms, encoding?: string): Found => {
  const xml = decoded(bytes, encoding ?? encodingOfXml(bytes))
  if ('reason' in xml) return refusal(place, xml.reason)
  const read = readTei(xml.text)
  if (!read.ok) return refusal(place, read.error)
  const { name, said, text } = read.value
  return document(context, { ...place, name: place.name || name }, encoder.encode(text), termsWith(terms, said))
}
