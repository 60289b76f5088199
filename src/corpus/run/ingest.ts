// A slice of a source becomes packs. What could not be read is written down with its place and its reason, and the run goes on.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Json, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { stepKey } from '../block.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { PackBuilder, type Read } from '../pack.ts'
import type { CorpusStorage, SourceFile } from '../ports.ts'
import { readingSettings, type SourceDeclaration } from '../read/declaration.ts'
import { type FileContext, type Found, isRefusal, type Refusal, type Slice as Share } from '../read/reading.ts'
import { type Digest, digestOf, fileOf, jsonSection, jsonText, type Sections, section } from '../sections.ts'
import type { Reservation } from '../terms.ts'
import { packMade } from './document.ts'
import { droppedLine } from './dropped.ts'
import type { Sources } from './ports.ts'
import type { ListedFile, Part, Slice } from './slices.ts'
import type { News, PackMade } from './task.ts'

type Failing<T> = Result<T, CorpusFailure>
type Ingested = Extract<News, { kind: 'ingested' }>

/** Raised with each change of how a source is read that could change one byte of a pack. */
export const READ_VERSION = 1

/** All that one file holds, in its order; a failure of the file itself is a refusal too. */
export type ReadFile = (file: SourceFile, context: Omit<FileContext, 'terms'>, part?: Share) => AsyncIterable<Found>
/** In how many parts a file can be read beside one another; one where it cannot. */
export type SharesOf = (file: SourceFile, declaration: SourceDeclaration) => readonly Share[]
export type IngestPorts = {
  readonly storage: CorpusStorage
  readonly sources: Sources
  readonly readFile: ReadFile
  readonly sharesOf: SharesOf
  readonly declarationOf: (source: string) => SourceDeclaration
}

/** A file of the slice, and what its bytes are; `unreadable` says why there is no telling. */
type Known = { readonly listed: ListedFile; readonly digest: Digest; readonly reservation?: Reservation; readonly unreadable?: string }

/** How a large file is shared out. One that cannot be read is one part, whose reading says why. */
export const measureFile = async (
  slice: Slice,
  { sources, sharesOf, declarationOf }: IngestPorts,
): Promise<Failing<Extract<News, { kind: 'measured' }>>> => {
  const [listed] = slice.files
  if (listed === undefined) return damaged('a slice holds no file')
  const { digest, unreadable } = await knownFile(slice.source, listed, sources)
  const whole: readonly Part[] = [{ from: 0, to: null, digest }]
  const opened = unreadable === undefined ? await sources.open(slice.source, listed) : undefined
  if (opened?.ok !== true) return ok({ kind: 'measured', parts: whole })
  try {
    const shares = sharesOf(opened.value, declarationOf(slice.source))
    return ok({ kind: 'measured', parts: shares.map(({ from, to }) => ({ from, to: Number.isFinite(to) ? to : null, digest })) })
  } finally {
    opened.value.close()
  }
}

/** Is given each pack once it is durable, while its texts are still in memory. */
export type Hand = (made: PackMade, sections: Sections) => Promise<Failing<void>>

/** Reads the files of a slice into packs, unless they lie there from before. */
export const ingestSlice = async (slice: Slice, ports: IngestPorts, hand: Hand): Promise<Failing<Ingested>> => {
  const { storage } = ports
  const files: Known[] = []
  for (const listed of slice.files) files.push(await knownFile(slice.source, listed, ports.sources, slice.part?.digest))
  const step = ingestKey(slice, files, ports.declarationOf(slice.source))
  const before = storage.has('steps', step) ? storage.read('steps', step) : undefined
  if (before !== undefined) {
    const read = before.ok ? ingestedIn(before.value, step) : before
    // Packs that an erasure took away are made again, by what is declared now.
    if (!read.ok || read.value.packs.every(({ pack }) => storage.has('packs', pack))) return read
  }
  const shelf = new Shelving(storage, hand)
  const refusals = new Refusals(slice.source)
  for (const file of files) {
    const done = await readInto(slice, file, { ports, shelf, refusals })
    if (!done.ok) return done
  }
  const closed = await shelf.close()
  if (!closed.ok) return closed
  const written = storage.write('steps', step, refusals.sections(shelf.packs))
  return written.ok ? ok({ kind: 'ingested', step, packs: shelf.packs, refused: refusals.count, isNew: true }) : written
}

/** Where a file lies, when it was changed and what was reserved stand in its documents' origins and terms, so they stand in the key too. */
const ingestKey = ({ source, part }: Slice, files: readonly Known[], declaration: SourceDeclaration): Digest => {
  const places = files.map(({ listed: { path, time }, reservation = null }) => ({ path, time, reservation }))
  const settings: Json = { source, reading: readingSettings(declaration), files: places, ...(part && { from: part.from, to: part.to }) }
  return stepKey({ block: 'ingest', version: READ_VERSION, settings, inputs: files.map(({ digest }) => digest) })
}

/** Read into again and again, so that it stays in the processor's cache: a slice is hashed at the speed of the hash. */
const ROOM = new Uint8Array(1 << 18)
/** `digest` is known already of a file that is shared out. */
const knownFile = async (source: string, listed: ListedFile, sources: Sources, digest?: Digest): Promise<Known> => {
  const unreadable = (message: string): Known => ({ listed, digest: digestOf('unreadable', message), unreadable: message })
  const opened = await sources.open(source, listed)
  if (!opened.ok) return unreadable(opened.error.message)
  const file = opened.value
  const { reservation } = file
  try {
    if (digest !== undefined) return { listed, digest, ...(reservation && { reservation }) }
    const hash = createHash('sha256')
    for (let at = 0; at < file.size; ) {
      const piece = file.read(at, ROOM.length, ROOM)
      if (!piece.ok) return unreadable(piece.error.message)
      if (piece.value.length === 0) return unreadable(`it ended after ${at} bytes, and ${file.size} were listed`)
      hash.update(piece.value)
      at += piece.value.length
    }
    return { listed, digest: hash.digest('hex') as Digest, ...(reservation && { reservation }) }
  } finally {
    file.close()
  }
}

type Into = { readonly ports: IngestPorts; readonly shelf: Shelving; readonly refusals: Refusals }
const readInto = async (
  { source, part }: Slice,
  { listed, digest, unreadable }: Known,
  { ports, shelf, refusals }: Into,
): Promise<Failing<void>> => {
  const refuseAll = (reason: string) => refusals.add(listed.path, { offset: 0, length: listed.size, name: '', reason })
  if (unreadable !== undefined) return ok(refuseAll(unreadable))
  const opened = await ports.sources.open(source, listed)
  if (!opened.ok) return ok(refuseAll(opened.error.message))
  try {
    const context = { source, file: listed.path, digest, time: listed.time, declaration: ports.declarationOf(source) }
    const share = part && { from: part.from, to: part.to ?? Number.POSITIVE_INFINITY }
    for await (const found of ports.readFile(opened.value, context, share)) {
      if (isRefusal(found)) refusals.add(listed.path, found)
      else {
        const added = shelf.isFullFor(found) ? await shelf.close() : ok(undefined)
        if (!added.ok) return added
        shelf.add(found)
      }
    }
    return ok(undefined)
  } finally {
    opened.value.close()
  }
}

/** Puts documents into packs, and packs on their shelf. */
class Shelving {
  readonly packs: PackMade[] = []
  private readonly storage: CorpusStorage
  private readonly hand: Hand
  private builder = new PackBuilder()
  private bytes = 0

  constructor(storage: CorpusStorage, hand: Hand) {
    this.storage = storage
    this.hand = hand
  }

  isFullFor({ text }: Read): boolean {
    return this.builder.isFullFor(text.length)
  }

  add(read: Read): void {
    this.builder.add(read)
    this.bytes += read.text.length
  }

  async close(): Promise<Failing<void>> {
    const { builder, bytes } = this
    if (builder.count === 0) return ok(undefined)
    const sections = builder.sections()
    const file = fileOf(sections)
    const made: PackMade = { pack: file.digest, documents: builder.count, bytes }
    const written = this.storage.write('packs', made.pack, file)
    if (!written.ok) return written
    this.packs.push(made)
    this.builder = new PackBuilder()
    this.bytes = 0
    return this.hand(made, sections)
  }
}

/** Reasons of one slice that are written down one by one; a file that is broken in each of its lines is told of by their number. */
const MOST_REFUSALS = 100_000

class Refusals {
  count = 0
  private readonly lines: string[] = []
  private readonly source: string

  constructor(source: string) {
    this.source = source
  }

  add(file: string, { offset, length, name, reason }: Refusal): void {
    if (this.count++ < MOST_REFUSALS)
      this.lines.push(droppedLine({ source: this.source, file, offset, length, name, rule: 'unreadable', reason }))
  }

  /** All that is kept of a slice: its packs, and its lines of `dropped.jsonl`. */
  sections(packs: readonly PackMade[]): Sections {
    const more = this.count - this.lines.length
    const reason = `and ${more} more records of the files before this could not be read`
    const rest =
      more > 0 ? [droppedLine({ source: this.source, file: '', offset: 0, length: 0, name: '', rule: 'unreadable', reason })] : []
    return new Map([
      ['head', jsonSection({ packs, refused: this.count })],
      ['lines', Buffer.from([...this.lines, ...rest].join(''))],
    ])
  }
}

const head = z.strictObject({ packs: z.array(packMade), refused: z.int().nonnegative() })
const ingestedIn = (sections: Sections, step: Digest): Failing<Ingested> => {
  const bytes = section(sections, 'head', Uint8Array)
  if (!bytes.ok) return bytes
  const json = parseJson(jsonText(bytes.value), { maxLength: bytes.value.length, maxDepth: 8 })
  const parsed = head.safeParse(json.ok ? json.value : undefined)
  if (!parsed.success) return damaged(`the step \`${step}\` does not say which packs a slice became`)
  return ok({ kind: 'ingested', step, ...parsed.data, isNew: false })
}
