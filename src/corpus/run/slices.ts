// A source in pieces for one worker each, cut so that a file that comes or goes moves the cuts beside it and no others.
import { createHash } from 'node:crypto'
import type { Digest } from '../sections.ts'

/** A file as its source lists it. `time` is when it was last changed: milliseconds since 1970. */
export type ListedFile = { readonly path: string; readonly size: number; readonly time: number }
/** Files of one source that follow one another, or a part of one. */
export type Slice = { readonly source: string; readonly files: readonly ListedFile[]; readonly part?: Part }
/** Records that start in these bytes of a file that is shared out; null: up to its end. `digest` is the whole file's. */
export type Part = { readonly from: number; readonly to: number | null; readonly digest: Digest }

/** Bytes after which a slice may end, and after which it does; a larger file is a slice of its own. */
const LEAST = 8 * 1024 ** 2
const MOST = 64 * 1024 ** 2
const MOST_FILES = 8192
/** One file in 32 is a place for a cut, known by its path alone: after a change the old cuts are soon met again (content-defined chunking, LBFS 2001). */
const CUTS = 32

/** The files in the order of their paths' bytes, whatever the order in which they were listed. */
export const slicesOf = (source: string, listed: readonly ListedFile[]): readonly Slice[] => {
  const files = listed.map((file) => ({ file, name: Buffer.from(file.path) })).sort((a, b) => Buffer.compare(a.name, b.name))
  const slices: Slice[] = []
  let [current, bytes]: [ListedFile[], number] = [[], 0]
  for (const { file, name } of files) {
    const isFull = bytes + file.size > MOST || current.length >= MOST_FILES || (bytes >= LEAST && isCut(name))
    if (current.length > 0 && isFull) {
      slices.push({ source, files: current })
      current = []
      bytes = 0
    }
    current.push(file)
    bytes += file.size
  }
  return current.length > 0 ? [...slices, { source, files: current }] : slices
}

/** Whether a slice is a file so large that it may be worth sharing out. */
export const isLarge = ({ files, part }: Slice): boolean => part === undefined && files.length === 1 && (files[0]?.size ?? 0) > MOST

const isCut = (name: Uint8Array): boolean => (createHash('sha256').update(name).digest()[0] ?? 0) % CUTS === 0
