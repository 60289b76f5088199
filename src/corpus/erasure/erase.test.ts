import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok, type Result } from '../../core/result.ts'
import { parseDay } from '../../core/units.ts'
import { fingerprintOf } from '../clusters/fingerprint.ts'
import { type Document, packOf, SETTINGS, search, shinglesOf, signatureOf, worldOf } from '../clusters/world.test.ts'
import type { CorpusFailure } from '../failure.ts'
import { Pack, PackBuilder } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import type { RunFile, RunShelf } from '../run/ports.ts'
import { type Digest, decodeSections, digestOf, encodeSections, jsonSection, jsonText, type Sections } from '../sections.ts'
import { UNKNOWN_TERMS } from '../terms.ts'
import { eraseDocuments } from './erase.ts'
import type { Hit } from './find.ts'
import { erasureRequest } from './request.ts'
import { searchCorpus } from './search.ts'
import { Tombstones } from './tombstones.ts'

const KEY = new Uint8Array(32).fill(1)
const TODAY = parseDay('2026-11-22') ?? assert.fail()
const text = (name: string): Document => ({ words: Array.from({ length: 40 }, (_, at) => `${name}-${at}`) })
const NAMES = ['one', 'two', 'three', 'four', 'five', 'six']
const idOf = (name: string): Digest => digestOf(text(name).words.join(' '))

/** A corpus in memory, whose every change after the first `lives` fails as a full disk does. */
class Small {
  readonly files = new Map<string, Uint8Array>()
  readonly lines = new Map<number, string>()
  stones: Tombstones | undefined
  lives = Number.POSITIVE_INFINITY

  readonly storage: CorpusStorage = {
    has: (shelf, key) => this.files.has(`${shelf}/${key}`),
    read: (shelf, key) => {
      const bytes = this.files.get(`${shelf}/${key}`)
      return bytes === undefined ? err({ kind: 'unusable', message: `there is no ${shelf}/${key}` }) : decodeSections(bytes, key)
    },
    write: (shelf, key, sections) => this.change(() => void this.files.set(`${shelf}/${key}`, encodeSections(sections))),
    remove: (shelf, key) => this.change(() => void this.files.delete(`${shelf}/${key}`)),
    keys: (shelf) =>
      ok([...this.files.keys()].filter((name) => name.startsWith(shelf)).map((name) => name.slice(shelf.length + 1) as Digest)),
  }
  readonly runs: RunShelf = {
    numbers: () => ok([...this.lines.keys()]),
    read: (run: number, file: RunFile) => ok(file === 'dropped.jsonl' ? this.lines.get(run) : undefined),
    write: (run: number, _: RunFile, written: string) => this.change(() => void this.lines.set(run, written)),
    draft: () => assert.fail(),
    append: () => assert.fail(),
  }

  change(act: () => void): Result<void, CorpusFailure> {
    if (this.lives-- <= 0) return err({ kind: 'storage-failed', message: 'the disk is full' })
    return ok(act())
  }

  open = (digest: Digest): Result<Pack, CorpusFailure> => {
    const sections = this.storage.read('packs', digest)
    return sections.ok ? Pack.of(sections.value) : sections
  }

  async find(...names: readonly string[]): Promise<readonly Hit[]> {
    const request = erasureRequest.parse({ received: TODAY, documents: names.map(idOf), near: false })
    const ports = { storage: this.storage, open: this.open, fingerprint: () => assert.fail(), shinglesOf, watch: () => undefined }
    const found = await searchCorpus(request, SETTINGS, { except: new Set(), ports })
    assert.ok(found.ok)
    return found.value
  }

  erase(hits: readonly Hit[]): ReturnType<typeof eraseDocuments> {
    return eraseDocuments(hits, {
      storage: this.storage,
      runs: this.runs,
      open: this.open,
      sign: () => undefined,
      tombstones: this.stones ?? new Tombstones(KEY),
      keepTombstones: (stones) =>
        this.change(() => {
          this.stones = stones
        }),
      stepsOf: (pack) => [digestOf('fingerprint', pack)],
    })
  }

  copy(): Small {
    const other = new Small()
    for (const [name, bytes] of this.files) other.files.set(name, bytes)
    for (const [run, lines] of this.lines) other.lines.set(run, lines)
    return other
  }

  /** Of an id, its text or its bytes; of anything else, the text. */
  holds(needle: string): boolean {
    const needles = [Buffer.from(needle), ...(needle.length === 64 ? [Buffer.from(needle, 'hex')] : [])]
    return [...this.files.values()].some((bytes) => needles.some((each) => Buffer.from(bytes).includes(each)))
  }
}

/** Two packs, their fingerprints, the clusters over them, the step of the slice that they came of, and what a run dropped. */
const small = async (): Promise<Small> => {
  const corpus = new Small()
  const parts = [NAMES.slice(0, 3), NAMES.slice(3)].map((names) => names.map(text))
  const packs = parts.map((documents) => {
    const { pack, digest } = packOf(documents)
    const builder = new PackBuilder()
    for (let index = 0; index < pack.count; index++)
      builder.add({ text: pack.textOf(index), origin: pack.originOf(index), terms: UNKNOWN_TERMS })
    corpus.files.set(`packs/${digest}`, encodeSections(builder.sections()))
    const made = fingerprintOf(pack, signatureOf(pack, 112), SETTINGS)
    assert.ok(made.ok)
    corpus.files.set(`steps/${digestOf('fingerprint', digest)}`, encodeSections(made.value))
    return { pack: digest, documents: pack.count, bytes: pack.text.length }
  })
  const clusters = await search(worldOf([[...parts.flat(), { words: [...text('one').words, 'more'] }]]))
  corpus.files.set(`steps/${digestOf('clusters')}`, encodeSections(clusters.clusters))
  const slice: Sections = new Map([
    ['head', jsonSection({ packs, refused: 0 })],
    ['lines', Buffer.from('')],
  ])
  corpus.files.set(`steps/${digestOf('slice')}`, encodeSections(slice))
  const line = (document: string, kept: string) =>
    `${JSON.stringify({ source: 's', file: 'f', offset: 9, document: idOf(document), kept: idOf(kept) })}\n`
  corpus.lines.set(1, line('two', 'one') + line('five', 'six'))
  return corpus
}
const packsOfSlice = (corpus: Small): { pack: Digest; documents: number }[] => {
  const head = decodeSections(corpus.files.get(`steps/${digestOf('slice')}`) ?? new Uint8Array(), 'slice')
  assert.ok(head.ok)
  return JSON.parse(jsonText(head.value.get('head') as Uint8Array)).packs
}

test('what is erased is nowhere; what is left is whole, and the slice names it', async () => {
  const corpus = await small()
  const erased = corpus.erase(await corpus.find('one', 'four', 'five', 'six'))
  assert.ok(erased.ok)
  assert.deepEqual(erased.value.packs, { rewritten: 1, removed: 1 })
  for (const name of ['one', 'four', 'five', 'six']) assert.ok(!corpus.holds(idOf(name)) && !corpus.holds(`${name}-7`))
  assert.deepEqual(
    packsOfSlice(corpus).map(({ documents }) => documents),
    [2],
  )
  for (const { pack } of packsOfSlice(corpus)) assert.ok(corpus.open(pack).ok)
  assert.ok(corpus.holds('two-7') && corpus.holds('three-7'))
  assert.equal(corpus.lines.get(1), '')
  assert.equal(erased.value.marks.length, 4)
})

test('pairs of others are remembered: the next search asks only for what it never knew', async () => {
  const documents = ['a', 'b', 'c'].map((own): Document => ({ words: [...text('all').words, own] }))
  const before = await search(worldOf([documents]))
  const corpus = new Small()
  const { pack, digest } = packOf(documents)
  corpus.files.set(`packs/${digest}`, encodeSections(builderOf(pack).sections()))
  corpus.files.set(`steps/${digestOf('clusters')}`, encodeSections(before.clusters))
  const last = [0, 1, 2].find((index) => pack.idOf(index) !== keeperOf(before.clusters)) ?? 0
  const erased = corpus.erase([{ pack: digest, index: last, id: pack.idOf(last), because: 'document', mentions: [], similarity: 1 }])
  assert.ok(erased.ok)
  const earlier = corpus.storage.read('steps', digestOf('clusters'))
  assert.ok(earlier.ok)
  const left = documents.filter((_, index) => index !== last)
  const after = await search(worldOf([left]), { earlier: earlier.value })
  assert.equal(after.asked, 0)
  assert.deepEqual(encodeSections(after.clusters), encodeSections((await search(worldOf([left]))).clusters))
})
const builderOf = (pack: Pack): PackBuilder => {
  const builder = new PackBuilder()
  for (let index = 0; index < pack.count; index++)
    builder.add({ text: pack.textOf(index), origin: pack.originOf(index), terms: UNKNOWN_TERMS })
  return builder
}
const keeperOf = (clusters: Sections): string => {
  const row = (clusters.get('keeper') as Uint32Array)[0] ?? 0
  return Buffer.from((clusters.get('ids') as Uint8Array).subarray(row * 32, row * 32 + 32)).toString('hex')
}

test('stopped at any change, a document is still found or has its tombstone, and erasing again ends it', async () => {
  const before = await small()
  const whole = before.copy()
  whole.lives = 1000
  assert.ok(whole.erase(await whole.find('one', 'five')).ok)
  const changes = 1000 - whole.lives
  assert.ok(changes >= 8)
  for (let lives = 0; lives < changes; lives++) {
    const corpus = before.copy()
    corpus.lives = lives
    assert.ok(!corpus.erase(await corpus.find('one', 'five')).ok)
    for (const name of ['one', 'five']) {
      const isBuried = corpus.stones?.holdsBack(idOf(name), { source: '', file: '', name: '' }, () => undefined) === 'text'
      assert.ok(isBuried || (await corpus.find(name)).length > 0)
    }
    // Nobody else is ever lost, whatever the slice names at that moment.
    for (const name of ['two', 'three', 'four', 'six']) assert.ok((await corpus.find(name)).length > 0)
    for (const { pack } of packsOfSlice(corpus)) assert.ok(corpus.open(pack).ok)
    corpus.lives = Number.POSITIVE_INFINITY
    const again = corpus.erase(await corpus.find('one', 'five'))
    assert.ok(again.ok)
    for (const name of ['one', 'five']) assert.ok(!corpus.holds(idOf(name)) && !corpus.holds(`${name}-7`), `${lives}: ${name}`)
    assert.deepEqual(packsOfSlice(corpus), packsOfSlice(whole))
  }
})
