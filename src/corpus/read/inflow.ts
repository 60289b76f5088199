// The bytes of a file in order, unpacked and in UTF-8, a chunk at a time. Nothing here holds more than a few chunks.
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { err, ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { SourceFile } from '../ports.ts'
import type { Encoding } from './declaration.ts'
import type { Measure } from './window.ts'

export type Packing = 'plain' | 'gzip' | 'zstd'

/** `spoiled`: the file is not what it says, and what came before stands; `failed`: it could not be read at all. */
export type InflowFailure = { readonly kind: 'spoiled' | 'failed'; readonly message: string }
/** The next chunk, undefined after the last; a view that holds until the next call. */
export type Chunk = Result<Uint8Array | undefined, InflowFailure>
export type Inflow = { next(): Chunk | Promise<Chunk>; close(): void }

const CHUNK_BYTES = 1 << 20
/** A bomb unpacks to a great deal from next to nothing. Laws in all their versions shrink to a hundredth; nothing that people wrote to less. */
export const LARGEST_RATIO = 500
/** So much may come of anything, however small. */
export const ALLOWANCE_BYTES = 64 * 1024 * 1024
export const LONGEST_UNPACKED = 2 ** 40

export const packingOf = (head: Uint8Array): Packing => {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : 'plain'
}

const failed = ({ message }: CorpusFailure): Result<never, InflowFailure> => err({ kind: 'failed', message })
const spoiled = (message: string): Result<never, InflowFailure> => err({ kind: 'spoiled', message })

/** A file as it lies, from `from`, in step. */
export const plainInflow = (file: SourceFile, from = 0): Inflow => {
  let offset = from
  return {
    next: () => {
      if (offset >= file.size) return ok(undefined)
      const read = file.read(offset, CHUNK_BYTES)
      if (!read.ok) return failed(read.error)
      if (read.value.length === 0) return spoiled(`the file ends at byte ${offset}, though it had ${file.size} when it was found`)
      offset += read.value.length
      return ok(read.value)
    },
    close: () => {},
  }
}

/** A gzip (RFC 1952) or zstd (RFC 8878) file unpacked, all its members or frames; a bomb is stopped by its ratio and by its length. */
export const unpackingInflow = (file: SourceFile, packing: Exclude<Packing, 'plain'>): Inflow => new Unpacking(file, packing)

const PACKED_CHUNK_BYTES = 1 << 16

class Unpacking implements Inflow {
  private readonly file: SourceFile
  private readonly packing: Exclude<Packing, 'plain'>
  /** Where the frame under way starts: the runtime unpacks one frame of zstd, and leaves the next to us. */
  private start = 0
  private unpacked = 0
  private stream: (Readable & { readonly bytesWritten: number }) | undefined
  private output: AsyncIterator<Uint8Array> | undefined
  /** Why the file itself could not be read. */
  private failure: CorpusFailure | undefined

  constructor(file: SourceFile, packing: Exclude<Packing, 'plain'>) {
    this.file = file
    this.packing = packing
  }

  async next(): Promise<Chunk> {
    try {
      for (;;) {
        this.output ??= this.open()
        const { value, done } = await this.output.next()
        if (this.failure !== undefined) return failed(this.failure)
        if (done !== true) return this.bounded(value)
        this.start += this.stream?.bytesWritten ?? 0
        this.output = undefined
        if (this.start >= this.file.size) return ok(undefined)
        const more = this.file.read(this.start, MAGIC_BYTES)
        if (!more.ok) return failed(more.error)
        if (packingOf(more.value) !== this.packing)
          return spoiled(`after byte ${this.start} of it, something follows that is no ${this.packing}`)
      }
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message.toLowerCase() : 'it breaks off'
      return spoiled(`it is not whole as ${this.packing}: ${reason}`)
    }
  }

  close(): void {
    this.stream?.destroy()
  }

  private open(): AsyncIterator<Uint8Array> {
    const options = { chunkSize: CHUNK_BYTES / 4 }
    const stream = this.packing === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
    this.stream = stream
    // What goes wrong is heard from the output.
    pipeline(Readable.from(this.packed(), { highWaterMark: 1 }), stream, () => {})
    return stream[Symbol.asyncIterator]()
  }

  private *packed(): Generator<Uint8Array, void, void> {
    for (let offset = this.start; offset < this.file.size; ) {
      const read = this.file.read(offset, PACKED_CHUNK_BYTES)
      if (!read.ok) this.failure = read.error
      if (!read.ok || read.value.length === 0) return
      offset += read.value.length
      yield read.value
    }
  }

  private bounded(chunk: Uint8Array): Chunk {
    this.unpacked += chunk.length
    const used = this.start + (this.stream?.bytesWritten ?? 0)
    if (this.unpacked > ALLOWANCE_BYTES && this.unpacked > used * LARGEST_RATIO)
      return spoiled(`it unpacks to more than ${LARGEST_RATIO} times its size, as a bomb does; no text does that`)
    return this.unpacked > LONGEST_UNPACKED ? spoiled(`it unpacks to more than ${LONGEST_UNPACKED} bytes`) : ok(chunk)
  }
}
const MAGIC_BYTES = 4

/** Another encoding as UTF-8. What no character stands for becomes U+FFFD, which `notWhole` finds in the record that has it. */
export const transcoding = (inflow: Inflow, encoding: Encoding): Inflow => {
  const decoder = new TextDecoder(encoding)
  const encoder = new TextEncoder()
  let over = false
  const convert = (chunk: Chunk): Chunk => {
    if (!chunk.ok || over) return chunk
    over = chunk.value === undefined
    const bytes = encoder.encode(decoder.decode(chunk.value, { stream: !over }))
    return over && bytes.length === 0 ? chunk : ok(bytes)
  }
  return {
    next: () => {
      const chunk = inflow.next()
      return chunk instanceof Promise ? chunk.then(convert) : convert(chunk)
    },
    close: () => inflow.close(),
  }
}

/** Bytes of the file for bytes of UTF-8 made of it. */
export const measureOf = (encoding: Encoding): Measure => {
  if (encoding === 'utf-8') return undefined
  return encoding.startsWith('utf-16') ? (bytes) => 2 * unitsOf(bytes, 2) : (bytes) => unitsOf(bytes, 1)
}
/** Characters of valid UTF-8, those outside the basic plane counted as `beyond`. */
const unitsOf = (bytes: Uint8Array, beyond: number): number => {
  let units = 0
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? beyond : 1
  return units
}
