// The tombstones of a corpus and their key: `<data>/corpus/erasure/`. Who destroys the key forgets whom was forgotten, and what was erased may come back.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../../core/result.ts'
import { holdingBack, type Sign } from '../../corpus/erasure/gate.ts'
import { KEY_BYTES, Tombstones } from '../../corpus/erasure/tombstones.ts'
import { type CorpusFailure, damaged } from '../../corpus/failure.ts'
import { HASHES, Kernel } from '../../corpus/kernel/kernel.ts'
import type { ReadFile } from '../../corpus/run/ingest.ts'
import { decodeSections, encodeSections } from '../../corpus/sections.ts'
import { replaceFile } from '../../store/corpus-erasure.ts'
import { attempt, readWhole } from '../../store/corpus-files.ts'

type Failing<T> = Result<T, CorpusFailure>

export const erasureFolder = (corpus: string): string => join(corpus, 'erasure')
const KEY = 'key'
const STONES = 'tombstones'

/** None where nothing was ever erased. */
export const readTombstones = (corpus: string): Failing<Tombstones | undefined> => {
  const [key, stones] = [join(erasureFolder(corpus), KEY), join(erasureFolder(corpus), STONES)]
  if (!existsSync(stones)) return ok(undefined)
  if (!existsSync(key))
    return damaged(`\`${key}\` is gone, and without it nobody can tell what was erased; delete \`${stones}\` as well if that is meant`)
  const bytes = attempt('read', stones, () => readWhole(stones))
  const sections = bytes.ok ? decodeSections(bytes.value, stones) : bytes
  const secret = attempt('read', key, () => readWhole(key))
  if (!sections.ok) return sections
  return secret.ok ? Tombstones.of(sections.value, secret.value) : secret
}

/** With a new key where there is none yet. */
export const openTombstones = (corpus: string): Failing<Tombstones> => {
  const read = readTombstones(corpus)
  if (!read.ok || read.value !== undefined) return read as Failing<Tombstones>
  const secret = new Uint8Array(randomBytes(KEY_BYTES))
  const kept = replaceFile(erasureFolder(corpus), KEY, secret)
  return kept.ok ? ok(new Tombstones(secret)) : kept
}

export const keepTombstones = (corpus: string, tombstones: Tombstones): Failing<void> =>
  replaceFile(erasureFolder(corpus), STONES, encodeSections(tombstones.sections()))

/** By the thread’s kernel. */
export const signing = async (): Promise<Sign> => {
  const kernel = await Kernel.ofThread()
  return (text) => {
    const minhash = new Uint32Array(HASHES)
    return kernel.sign(text, minhash, 0).shingles > 0 ? minhash : undefined
  }
}

/** Reads files as `readFile` does, and holds back what was erased. Tombstones that cannot be read stop the run: nothing is read past them. */
export const withoutErased = (readFile: ReadFile, corpus: string): ReadFile => {
  let opened: Promise<{ tombstones: Tombstones; sign: Sign } | undefined> | undefined
  const open = async () => {
    const tombstones = readTombstones(corpus)
    if (!tombstones.ok) throw new Error(tombstones.error.message)
    return tombstones.value && { tombstones: tombstones.value, sign: await signing() }
  }
  return holdingBack(readFile, () => (opened ??= open()))
}
