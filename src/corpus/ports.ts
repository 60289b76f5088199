// What a corpus needs of the outside; `store` and `main` bring it.
import type { Result } from '../core/result.ts'
import type { CorpusFailure } from './failure.ts'
import type { Digest, Sections, SectionsFile } from './sections.ts'
import type { Reservation } from './terms.ts'

/** `packs`: texts, by the digest that their file's trailer says. `steps`: what blocks made of them, by the key of the step. */
export type Shelf = 'packs' | 'steps'

/** Where a corpus is kept. In step, for threads do nothing else; each write is whole and durable, or did not happen. */
export type CorpusStorage = {
  has(shelf: Shelf, key: Digest): boolean
  /** Unusable where nothing lies there. */
  read(shelf: Shelf, key: Digest): Result<Sections, CorpusFailure>
  /** `sections`, or a file of them. What lay there before is replaced. */
  write(shelf: Shelf, key: Digest, sections: Sections | SectionsFile): Result<void, CorpusFailure>
  /** Gone from the disk, too, as far as the file system says so. */
  remove(shelf: Shelf, key: Digest): Result<void, CorpusFailure>
  keys(shelf: Shelf): Result<readonly Digest[], CorpusFailure>
}

/** A file of a source, read in pieces: formats ask for bytes, and do not know where they come from. */
export type SourceFile = {
  /** Below its source, with `/`. */
  readonly path: string
  readonly size: number
  /** Last changed: milliseconds since 1970. */
  readonly time: number
  /** As it was captured when the file was fetched, where it was fetched. */
  readonly reservation?: Reservation
  /** Up to `length` bytes from `offset`, fewer only at the end; in `room` where that is large enough, for whoever reads much and keeps nothing. */
  read(offset: number, length: number, room?: Uint8Array): Result<Uint8Array, CorpusFailure>
  close(): void
}
