// PDF with a text layer (ISO 32000), read by pdf.js. Only its words are asked for: pictures, fonts and scripts are not run.
import { inflateSync } from 'node:zlib'
import type { Terms } from '../terms.ts'
import { document, type FileContext, type Found, LONGEST_RECORD, type Place, refusal } from './reading.ts'

const MOST_PAGES = 20_000
/** Of what all its streams unpack to. */
const MOST_UNPACKED = 4 * LONGEST_RECORD

/** A word, or part of a line, as pdf.js gives it. */
type Item = { readonly str: string; readonly hasEOL: boolean; readonly transform: readonly number[]; readonly height: number }

export const readPdf = async (context: FileContext, place: Place, bytes: Buffer, terms: Terms): Promise<Found> => {
  const bomb = bombIn(bytes)
  if (bomb !== undefined) return refusal(place, bomb)
  try {
    // Loaded with the first such file: most corpora have none.
    const { getDocumentProxy } = await import('unpdf')
    // The library takes its buffer away.
    const pdf = await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0, disableFontFace: true })
    try {
      if (pdf.numPages > MOST_PAGES) return refusal(place, `it has ${pdf.numPages} pages; ${MOST_PAGES} are read`)
      const pages: string[][] = []
      for (let number = 1; number <= pdf.numPages; number++) {
        const page = await pdf.getPage(number)
        const { items } = await page.getTextContent()
        pages.push(paragraphsOf(items.filter((item): item is typeof item & Item => 'str' in item)))
        page.cleanup()
      }
      const text = withoutRunningHeads(pages).flat().join('\n\n')
      if (text === '') return refusal(place, 'it has no text layer: its pages are pictures; have them read by OCR first')
      return document(context, place, new TextEncoder().encode(text), terms)
    } finally {
      await pdf.loadingTask.destroy()
    }
  } catch (thrown) {
    const { message } = thrown instanceof Error ? thrown : { message: 'it cannot be read' }
    return refusal(place, `it is no PDF that can be read: ${message.toLowerCase().replace(/\.$/, '')}`)
  }
}

/** From a line to the next, in heights of its letters, at which a paragraph ends. */
const PARAGRAPH_GAP = 1.7

/** Lines joined to paragraphs; a word that the end of a line broke is one word again. */
const paragraphsOf = (items: readonly Item[]): string[] => {
  let text = ''
  let line = ''
  let last: number | undefined
  let height = 0
  const end = (isParagraph: boolean): void => {
    const words = line.replace(/\s+/g, ' ').trim()
    line = ''
    if (words === '') return
    if (text === '' || text.endsWith('\n')) text += words
    else if (/\p{Ll}[-\u00ad]$/u.test(text) && /^\p{Ll}/u.test(words)) text = text.slice(0, -1) + words
    else text += ` ${words}`
    if (isParagraph) text += '\n\n'
  }
  for (const { str, hasEOL, transform, height: tall } of items) {
    const at = transform[5] ?? 0
    const isApart = last !== undefined && Math.abs(last - at) > PARAGRAPH_GAP * Math.max(height, tall, 1)
    if (isApart) {
      end(true)
      if (!text.endsWith('\n') && text !== '') text += '\n\n'
    }
    line += str
    if (str.trim() !== '') [last, height] = [at, tall]
    if (hasEOL) end(false)
  }
  end(false)
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
}

/** So many paragraphs at the top and the bottom of a page may be its furniture. */
const EDGE = 2
const LEAST_PAGES = 3
/** Left and right pages have their own. */
const SHARE_OF_PAGES = 0.4

/** Running heads and page numbers stand at the edge of many pages, the same but for their digits. */
const withoutRunningHeads = (pages: readonly (readonly string[])[]): (readonly string[])[] => {
  const isEdge = (index: number, length: number) => index < EDGE || index >= length - EDGE
  const alike = (paragraph: string) => paragraph.replace(/\d+/g, '0')
  const seen = new Map<string, number>()
  for (const page of pages)
    for (const each of new Set(page.filter((_, index) => isEdge(index, page.length)).map(alike))) seen.set(each, (seen.get(each) ?? 0) + 1)
  const many = Math.max(LEAST_PAGES, pages.length * SHARE_OF_PAGES)
  return pages.map((page) => page.filter((paragraph, index) => !isEdge(index, page.length) || (seen.get(alike(paragraph)) ?? 0) < many))
}

const STREAM = Buffer.from('stream')
const STREAM_END = Buffer.from('endstream')
/** How much before a stream its dictionary is looked at. */
const DICTIONARY = 2048

/** pdf.js unpacks without a bound; so each stream is unpacked with one before, and not kept. */
const bombIn = (bytes: Buffer): string | undefined => {
  let left = MOST_UNPACKED
  for (let at = bytes.indexOf(STREAM); at >= 0; at = bytes.indexOf(STREAM, at)) {
    const dictionary = bytes.toString('latin1', Math.max(0, at - DICTIONARY), at)
    const own = dictionary.slice(dictionary.lastIndexOf(' obj') + 1)
    const start = at + STREAM.length + (bytes[at + STREAM.length] === 0x0d ? 2 : 1)
    const found = bytes.indexOf(STREAM_END, start)
    const end = found < 0 ? bytes.length : found
    const filters = own.match(/\/(?:FlateDecode|LZWDecode|RunLengthDecode|Fl|LZW|RL)\b/g) ?? []
    if (filters.length > 1) return 'one of its streams is packed twice, as a bomb is'
    if (/LZW|RunLength|RL/.test(filters[0] ?? '')) left -= (end - start) * LARGEST_OTHER_RATIO
    else if (filters.length === 1) left -= unpackedLength(bytes.subarray(start, end), left)
    if (left < 0) return `its streams unpack to more than ${MOST_UNPACKED} bytes, as a bomb does`
    at = end + STREAM_END.length
  }
  return undefined
}
/** LZW gives at most 4,096 bytes for a code of at least nine bits, and text nowhere near it; 128 is RunLength’s own bound. */
const LARGEST_OTHER_RATIO = 128

const unpackedLength = (packed: Buffer, left: number): number => {
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, left) }).length
  } catch (thrown) {
    const isTooLong = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE'
    return isTooLong ? left + 1 : 0
  }
}
