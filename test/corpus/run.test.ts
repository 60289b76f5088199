// A run from its declaration to what stays, with the real command line.
import assert from 'node:assert/strict'
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allod } from '../end-to-end/allod.ts'
import { filesOf, jsonLines, newCorpus } from './corpora.ts'

const source = (folder: string, more: object = {}) => ({ from: { folder }, members: { name: 'id' }, ...more })

test('documents are read, examined and compared; what is dropped says why and where', async () => {
  const corpus = newCorpus()
  try {
    corpus.put('laws/a.jsonl', `${jsonLines(1, 60)}this is no JSON\n{"id":"x"}\n`)
    corpus.put('notes/short.md', 'Far too short.\n')
    corpus.declare({ sources: { laws: source('laws'), notes: { from: { folder: 'notes' } } } })
    const result = await corpus.run()
    assert.equal(result.documents, 61)
    assert.equal(result.refused, 2)
    assert.ok((result.dropped['too-few-words'] ?? 0) >= 1)
    assert.ok((result.duplicates?.counts.near ?? 0) >= 1)
    const rows = readFileSync(join(corpus.data, 'corpus/runs/0001/dropped.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const count = (rule: string) => rows.filter((row) => row.rule === rule).length
    assert.equal(count('unreadable'), 2)
    assert.equal(count('near-duplicate'), result.duplicates?.counts.near)
    for (const [rule, documents] of Object.entries(result.dropped)) assert.equal(count(rule), documents, rule)
    const bytes = readFileSync(join(corpus.folder, 'laws/a.jsonl'))
    for (const row of rows.filter(({ source, document }) => source === 'laws' && document !== undefined)) {
      const record = JSON.parse(bytes.subarray(row.offset, row.offset + row.length).toString('utf8'))
      assert.equal(record.id, row.name)
    }
    const shown = await corpus.command('dropped', '--rule', 'unreadable')
    assert.equal(shown.code, 0)
    assert.match(shown.out, /laws\/a\.jsonl byte \d+: unreadable: /)
    assert.match((await corpus.command('status')).out, /run 1 {2}61 documents/)
  } finally {
    corpus.remove()
  }
})

test('neither the number of threads nor the order in which files are listed changes a byte', async () => {
  const [one, other] = [newCorpus(), newCorpus()]
  try {
    const files = ['b.jsonl', 'a.jsonl', 'c/d.jsonl', 'z.md']
    for (const corpus of [one, other]) {
      const order = corpus === one ? files : files.toReversed()
      for (const file of order) corpus.put(`texts/${file}`, file.endsWith('md') ? 'Hello.\n' : jsonLines(file.charCodeAt(0), 40))
      corpus.declare({ sources: { texts: source('texts') } })
    }
    await one.run('--threads', '1')
    await other.run('--threads', '3')
    assert.deepEqual(filesOf(other.data), filesOf(one.data))
  } finally {
    one.remove()
    other.remove()
  }
})

test('a source that is added later, and a threshold that is changed, recompute what follows from them and no more', async () => {
  const corpus = newCorpus()
  try {
    corpus.put('first/a.jsonl', jsonLines(1, 40))
    corpus.put('second/b.jsonl', jsonLines(2, 40))
    corpus.declare({ sources: { first: source('first') } })
    const first = await corpus.run()
    assert.equal(first.slicesRead, 1)
    const blocks = ['language', 'quality', 'personal-data', 'judge', 'signature', 'fingerprint', 'places']
    assert.equal(first.steps, blocks.length + 1)
    const again = await corpus.run()
    assert.deepEqual([again.slicesRead, again.steps], [0, 0])
    corpus.declare({ sources: { first: source('first'), second: source('second') } })
    const second = await corpus.run()
    assert.deepEqual([second.slicesRead, second.steps], [1, blocks.length + 1])
    corpus.declare({
      sources: { first: source('first'), second: source('second') },
      quality: { thresholds: { '*': { 'too-few-words': 100 } } },
    })
    const retuned = await corpus.run()
    assert.deepEqual([retuned.slicesRead, retuned.steps], [0, 2 + 1], 'the judgement of each pack, and the clusters')
    assert.ok((retuned.dropped['too-few-words'] ?? 0) > (second.dropped['too-few-words'] ?? 0))
  } finally {
    corpus.remove()
  }
})

test('a source whose folder is gone stops the run with a sentence; it is not an empty source', async () => {
  const corpus = newCorpus()
  try {
    corpus.put('texts/a.jsonl', jsonLines(3, 4))
    corpus.declare({ sources: { texts: source('texts') } })
    await corpus.run()
    renameSync(join(corpus.folder, 'texts'), join(corpus.folder, 'moved'))
    const ran = await corpus.command('run')
    assert.notEqual(ran.code, 0)
    assert.match(ran.error, /texts/)
    assert.doesNotMatch(ran.error, /\n\s+at /)
  } finally {
    corpus.remove()
  }
})

test('the declaration that `init` writes runs as it stands, and is not written over', async () => {
  const corpus = newCorpus()
  try {
    corpus.put('Old Laws/a.jsonl', jsonLines(5, 4))
    const words = ['init', join(corpus.folder, 'Old Laws'), '--corpus', corpus.declaration, '--languages']
    assert.match((await allod('corpus', ...words, 'en,estonian')).error, /must be a language by BCP 47/)
    assert.equal((await allod('corpus', ...words, 'en,et,fr')).code, 0)
    assert.match((await allod('corpus', ...words, 'en')).error, /is there already/)
    assert.equal((await corpus.run()).documents, 4)
  } finally {
    corpus.remove()
  }
})
