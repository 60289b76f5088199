import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { CorpusStorage } from '../corpus/ports.ts'
import { decodeSections, digestOf, fileOf, parseDigest, type Sections } from '../corpus/sections.ts'
import { createRunShelf } from './corpus-runs.ts'
import { createCorpusStorage, sweepCorpus } from './corpus-storage.ts'

const FORMAT = { fileOf, decode: decodeSections, parseDigest }
const KEY = digestOf('a key')
const SECTIONS: Sections = new Map<string, Uint8Array | Float64Array>([
  ['text', Buffer.from('Olgu õigus.')],
  ['score', Float64Array.of(0.5, 1)],
])

const inFolder = (use: (folder: string, storage: CorpusStorage) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-storage-'))
  try {
    use(folder, createCorpusStorage({ folder, format: FORMAT, writer: 'test' }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const pathOf = (folder: string, shelf = 'steps'): string => join(folder, shelf, KEY.slice(0, 2), KEY)

test('what was written is read again, sections or the file of them, and is listed', () => {
  inFolder((_, storage) => {
    assert.equal(storage.has('steps', KEY), false)
    assert.deepEqual(storage.keys('steps'), { ok: true, value: [] })
    assert.equal(storage.write('steps', KEY, SECTIONS).ok, true)
    assert.equal(storage.write('packs', KEY, fileOf(SECTIONS)).ok, true)
    for (const shelf of ['steps', 'packs'] as const) {
      const read = storage.read(shelf, KEY)
      assert.ok(read.ok)
      assert.deepEqual([...(read.value.get('score') as Float64Array)], [0.5, 1])
      assert.deepEqual(storage.keys(shelf), { ok: true, value: [KEY] })
    }
  })
})

test('a file that is cut short, altered, or far too large is damaged, and the sentence names it', () => {
  inFolder((folder, storage) => {
    storage.write('steps', KEY, SECTIONS)
    const whole = readFileSync(pathOf(folder))
    const spoil: readonly (() => void)[] = [
      () => truncateSync(pathOf(folder), whole.length - 1),
      () => truncateSync(pathOf(folder), 3),
      () => {
        const altered = Buffer.from(whole)
        altered[40] = (altered[40] ?? 0) ^ 1
        writeFileSync(pathOf(folder), altered)
      },
      () => truncateSync(pathOf(folder), 9 * 1024 ** 3),
    ]
    for (const make of spoil) {
      make()
      const read = storage.read('steps', KEY)
      assert.ok(!read.ok)
      assert.equal(read.error.kind, 'damaged')
      assert.ok(read.error.message.includes(pathOf(folder)), read.error.message)
      writeFileSync(pathOf(folder), whole)
    }
    const missing = storage.read('steps', digestOf('another'))
    assert.ok(!missing.ok && /it is not there/.test(missing.error.message))
  })
})

test('what is removed is gone from its folder; what a killed writer left is swept', () => {
  inFolder((folder, storage) => {
    storage.write('packs', KEY, SECTIONS)
    assert.equal(storage.remove('packs', KEY).ok, true)
    assert.equal(existsSync(pathOf(folder, 'packs')), false)
    assert.equal(storage.remove('packs', KEY).ok, false)
    writeFileSync(join(folder, 'new', 'half'), 'half a pack')
    assert.equal(sweepCorpus(folder).ok, true)
    assert.equal(existsSync(join(folder, 'new')), false)
    assert.equal(storage.write('packs', KEY, SECTIONS).ok, true)
    assert.deepEqual(readdirSync(join(folder, 'new')), [])
  })
})

test('a file in the place of a folder is a failure in one sentence', () => {
  inFolder((folder, storage) => {
    mkdirSync(join(folder, 'steps'))
    writeFileSync(join(folder, 'steps', KEY.slice(0, 2)), '')
    const written = storage.write('steps', KEY, SECTIONS)
    assert.ok(!written.ok)
    assert.equal(written.error.kind, 'storage-failed')
  })
})

test('a run’s files are whole or not there; a draft has its name once it is finished', () => {
  inFolder((folder) => {
    const runs = createRunShelf(folder, 'test')
    assert.deepEqual(runs.numbers(), { ok: true, value: [] })
    assert.deepEqual(runs.read(1, 'run.json'), { ok: true, value: undefined })
    runs.write(2, 'run.json', 'one')
    runs.write(2, 'run.json', 'two')
    const draft = runs.draft(10, 'dropped.jsonl')
    assert.ok(draft.ok)
    draft.value.add(Buffer.from('a line\n'))
    assert.deepEqual(runs.read(10, 'dropped.jsonl'), { ok: true, value: undefined })
    draft.value.finish()
    assert.deepEqual(runs.read(10, 'dropped.jsonl'), { ok: true, value: 'a line\n' })
    const other = runs.draft(10, 'dropped.jsonl')
    assert.ok(other.ok)
    other.value.abandon()
    // Left by a writer that was killed.
    assert.ok(runs.draft(10, 'dropped.jsonl').ok)
    assert.deepEqual(readdirSync(join(folder, 'runs/0010')), ['dropped.jsonl'])
    assert.equal(readdirSync(join(folder, 'new')).length, 1)
    assert.ok(sweepCorpus(folder).ok)
    assert.equal(existsSync(join(folder, 'new')), false)
    assert.deepEqual(runs.read(2, 'run.json'), { ok: true, value: 'two' })
    assert.deepEqual(runs.numbers(), { ok: true, value: [2, 10] })
  })
})
