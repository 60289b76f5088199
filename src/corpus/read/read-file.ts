// All that one file holds, whatever its format: the one door to the readers.
import { ok, type Result } from '../../core/result.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { SourceFile } from '../ports.ts'
import { readEdition, readPageText, textReader } from './content.ts'
import { readCsv } from './csv.ts'
import type { Encoding, Format } from './declaration.ts'
import { readDocx } from './docx.ts'
import { byteOrderMark } from './encodings.ts'
import { framingOf, type Layout, layoutOf, WHOLE } from './formats.ts'
import { type Recognise, readImage } from './image.ts'
import { type Chunk, type Inflow, type InflowFailure, measureOf, packingOf, plainInflow, transcoding, unpackingInflow } from './inflow.ts'
import { readJsonLines } from './jsonl.ts'
import { declaredTerms, termsWith } from './member-terms.ts'
import { readParquet } from './parquet.ts'
import { readPdf } from './pdf.ts'
import { document, type FileContext, type Found, MORE, type Place, type Reader, type Reading, refusal, type Slice } from './reading.ts'
import { startOf, whole } from './records.ts'
import { withReservation } from './reservations.ts'
import { readText, readWholeText, tooLarge } from './text.ts'
import { notUtf8, notWhole } from './utf8.ts'
import { type CrawlRules, readCrawlRules, readWarc } from './warc.ts'
import { Window } from './window.ts'

export type ReadingTools = { readonly recognise: Recognise }
/** `text` of what is found is a view that holds until the next is asked for. */
export type ReadFile = (file: SourceFile, context: Omit<FileContext, 'terms'>, slice?: Slice) => AsyncGenerator<Found, void, void>

/**
 * A reader of files, one after another: each document with its origin and its terms, each failure with its place; it throws nothing,
 * whatever the bytes.
 */
export const createReadFile = (tools: ReadingTools): ReadFile => {
  let kernel: Promise<Kernel> | undefined
  return async function* (file, facts, slice = WHOLE) {
    const terms = withReservation(declaredTerms(facts.declaration.terms), file.reservation ?? null)
    const context = { ...facts, terms }
    const layout = layoutOf(file, facts.declaration)
    if (!layout.ok) return yield refusal(wholeOf(file), layout.error)
    switch (layout.value.format) {
      case 'parquet':
        return yield* readTable(file, context, layout.value, slice)
      case 'warc': {
        const rules = await crawlRules(file, context, layout.value)
        return yield* reading(file, context, layout.value, slice, (window, own) => readWarc(window, own, rules))
      }
      case 'jsonl': {
        kernel ??= Kernel.load()
        const means = { kernel: await kernel, content: textReader(context, context.declaration.content), slice }
        return yield* reading(file, context, layout.value, slice, (window, own) => readJsonLines(window, own, means))
      }
      default:
        return yield* reading(file, context, layout.value, slice, readerOf(layout.value.format, tools, slice))
    }
  }
}

const wholeOf = ({ size }: SourceFile): Place => ({ offset: 0, length: size, name: '' })

function* readTable(file: SourceFile, context: FileContext, { packing }: Layout, slice: Slice): Generator<Found, void, void> {
  if (packing !== 'plain') yield refusal(wholeOf(file), 'it is Parquet, which packs itself, within another packing; unpack it')
  else yield* readParquet(file, context, textReader(context, context.declaration.content), slice)
}

/** The first pass over a crawl. A file that is spoilt says so in the second. */
const crawlRules = async (file: SourceFile, context: FileContext, { packing }: Layout): Promise<CrawlRules> => {
  const inflow = inflowOf(file, packing, 0)
  const window = new Window()
  const reader = readCrawlRules(window, context)
  try {
    for (;;) {
      const { value, done } = reader.next()
      if (done === true) return value
      await feed(window, inflow)
    }
  } finally {
    inflow.close()
  }
}

type Start = (window: Window, context: Reading) => Reader

const readerOf =
  (format: Exclude<Format, 'parquet' | 'warc' | 'jsonl'>, tools: ReadingTools, slice: Slice): Start =>
  (window, context) => {
    const { declaration } = context
    const framing = framingOf(format, declaration)
    switch (format) {
      case 'csv':
        return readCsv(window, context, textReader(context, declaration.content))
      case 'text':
        return framing === undefined
          ? readWholeText(window, context, textReader(context, 'text'))
          : readText(window, context, textReader(context, 'text'), framing, slice)
      case 'markdown':
        return readWholeText(window, context, textReader(context, 'markdown'))
      default:
        return readWhole(window, (place, bytes) => readDocument(format, context, place, bytes, tools))
    }
  }

function* readWhole(window: Window, read: (place: Place, bytes: Buffer) => Found | Promise<Found>): Reader {
  const bytes = yield* whole(window)
  const place = { offset: 0, length: bytes?.length ?? window.length, name: '' }
  yield bytes === undefined ? refusal(place, tooLarge()) : read(place, bytes)
}

const readDocument = (
  format: 'html' | 'tei' | 'pdf' | 'docx' | 'image',
  context: Reading,
  place: Place,
  bytes: Buffer,
  tools: ReadingTools,
): Found | Promise<Found> => {
  switch (format) {
    case 'pdf':
      return readPdf(context, place, bytes, context.terms)
    case 'image':
      return readImage(context, place, bytes, tools.recognise)
    case 'docx': {
      const word = readDocx(bytes)
      if (!word.ok) return refusal(place, word.error)
      return document(context, place, new TextEncoder().encode(word.value.text), termsWith(context.terms, word.value.said))
    }
    case 'html':
      return readPageText(context, place, bytes, context.terms)
    case 'tei':
      return readEdition(context, place, bytes, context.terms)
  }
}

const inflowOf = (file: SourceFile, packing: Layout['packing'], from: number): Inflow =>
  packing === 'plain' ? plainInflow(file, from) : unpackingInflow(file, packing)

/** Formats whose bytes are text in an encoding that the declaration, or a mark before the first, says. */
const ENCODED: ReadonlySet<Format> = new Set(['jsonl', 'csv', 'text', 'markdown'])

/** Opens a file and has one reader read it, feeding its window as it asks. */
async function* reading(
  file: SourceFile,
  context: FileContext,
  layout: Layout,
  slice: Slice,
  start: Start,
): AsyncGenerator<Found, void, void> {
  const framing = framingOf(layout.format, context.declaration)
  const from = framing === undefined ? 0 : startOf(framing, slice.from)
  const inflow = inflowOf(file, layout.packing, from)
  try {
    const first = await inflow.next()
    const nested = first.ok && first.value !== undefined ? nestedIn(first.value, layout) : undefined
    if (nested !== undefined) return yield refusal(wholeOf(file), nested)
    const head = first.ok && from === 0 ? byteOrderMark(first.value ?? NOTHING) : undefined
    const isEncoded = ENCODED.has(layout.format)
    const encoding = (isEncoded ? (head?.encoding ?? context.declaration.encoding) : 'utf-8') as Encoding
    const mark = isEncoded && head !== undefined ? head.length : 0
    const own: Reading = { ...context, flawOf: encoding === 'utf-8' ? notUtf8 : notWhole(encoding) }
    const window = new Window(from + mark, measureOf(encoding))
    const whole = beginning(first, mark, inflow)
    yield* driven(start(window, own), window, encoding === 'utf-8' ? whole : transcoding(whole, encoding))
  } finally {
    inflow.close()
  }
}
const NOTHING = new Uint8Array(0)

/** An archive within an archive is a bomb, or a mistake; neither is opened. */
const nestedIn = (first: Uint8Array, { format, packing }: Layout): string | undefined => {
  const isPacked = packing !== 'plain' && packingOf(first) !== 'plain'
  const isZip = format !== 'docx' && first[0] === 0x50 && first[1] === 0x4b && first[2] === 0x03 && first[3] === 0x04
  return isPacked || isZip ? 'it holds an archive, and archives within files are not opened; unpack it' : undefined
}

/** An inflow from after a mark in a first chunk that was looked at already. */
const beginning = (first: Chunk, mark: number, rest: Inflow): Inflow => {
  let next: Chunk | undefined = first.ok && first.value !== undefined ? ok(first.value.subarray(mark)) : first
  return {
    next: () => {
      if (next === undefined) return rest.next()
      const chunk = next
      next = undefined
      return chunk
    },
    close: () => rest.close(),
  }
}

/** Where a file turns out to be spoilt, the record under way is none: nothing of it is kept, and what came before stands. */
async function* driven(reader: Reader, window: Window, inflow: Inflow): AsyncGenerator<Found, void, void> {
  for (const step of reader) {
    if (step === MORE) {
      const fed = feed(window, inflow)
      const done = fed instanceof Promise ? await fed : fed
      if (!done.ok) return yield refusal({ offset: window.offset, length: 0, name: '' }, `from here on: ${done.error.message}`)
    } else yield step instanceof Promise ? await step : step
  }
}

const feed = (window: Window, inflow: Inflow): Result<void, InflowFailure> | Promise<Result<void, InflowFailure>> => {
  const chunk = inflow.next()
  return chunk instanceof Promise ? chunk.then((each) => fill(window, each)) : fill(window, chunk)
}
const fill = (window: Window, chunk: Chunk): Result<void, InflowFailure> => {
  if (!chunk.ok) window.ended = true
  else if (chunk.value === undefined) window.ended = true
  else window.feed(chunk.value)
  return chunk.ok ? ok(undefined) : chunk
}
