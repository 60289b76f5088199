// Thresholds read off texts of one's own, and a language model of one's own, with the real command line.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { type Corpus, newCorpus, paragraphsOf } from './corpora.ts'

const english = paragraphsOf('eng').filter((text) => text.length > 60)
/** Acts in which every second token is a number, as in laws: good texts that published thresholds drop. */
const act = (index: number): string => {
  const lines = Array.from({ length: 12 }, (_, line) => {
    const words = (english[(index * 7 + line * 3) % english.length] ?? '').replace(/[.;,]/g, '').split(' ')
    return `${words
      .slice(index % 5, 9 + ((index + line) % 4))
      .map((word, at) => `${word} ${index * 31 + line * 7 + at}`)
      .join(' ')}.`
  })
  return JSON.stringify({ id: `act-${index}`, text: lines.join('\n') })
}
const acts = (from: number, count: number): string => `${Array.from({ length: count }, (_, index) => act(from + index)).join('\n')}\n`

const withActs = async (body: (corpus: Corpus) => Promise<void>): Promise<void> => {
  const corpus = newCorpus()
  try {
    corpus.put('good/acts.jsonl', acts(0, 80))
    corpus.put('few/acts.jsonl', acts(500, 3))
    await body(corpus)
  } finally {
    corpus.remove()
  }
}
const sources = { good: { from: { folder: 'good' }, members: { name: 'id' } }, few: { from: { folder: 'few' }, members: { name: 'id' } } }

test('thresholds read off good texts keep them, and another threshold runs the judge again and nothing before it', async () => {
  await withActs(async (corpus) => {
    corpus.declare({ sources, pipeline: ['language', 'quality', 'judge'] })
    const before = await corpus.run()
    assert.equal(before.dropped['too-few-letters'], 83)
    const file = join(corpus.folder, 'tuned.yaml')
    const made = await corpus.command('thresholds', '--sources', 'good', '--out', file)
    assert.equal(made.code, 0, made.error)
    assert.match(made.out, /^en {2}80 documents; /)
    const tuned = parse(readFileSync(file, 'utf8'))
    assert.ok(tuned.thresholds.en['too-few-letters'] < 0.6 && tuned.thresholds.en['too-few-words'] === undefined)
    corpus.declare({ sources, pipeline: ['language', 'quality', 'judge'], quality: { tuned: 'tuned.yaml' } })
    const after = await corpus.run()
    const dropped = Object.values(after.dropped).reduce((sum, each) => sum + each, 0)
    assert.ok(dropped <= 83 * 0.2, JSON.stringify(after.dropped))
    const first = readFileSync(join(corpus.data, 'corpus/runs/0001/run.json'), 'utf8')
    const [one, two] = [first, readFileSync(join(corpus.data, 'corpus/runs/0002/run.json'), 'utf8')].map(
      (text) => JSON.parse(text).pipeline,
    )
    assert.deepEqual(two.slice(0, 2), one.slice(0, 2))
    assert.notDeepEqual(two[2], one[2])
    assert.ok(one[1].settings.stopWords.en.includes('the'))
  })
})

test('too few texts, wrong sources and broken files are said in a sentence', async () => {
  await withActs(async (corpus) => {
    corpus.declare({ sources, pipeline: ['language', 'quality', 'judge'] })
    assert.match((await corpus.command('thresholds')).error, /no run in .* is finished/)
    await corpus.run()
    const few = await corpus.command('thresholds', '--sources', 'few')
    assert.equal(few.code, 2)
    assert.match(few.error, /too few documents .*en 3[\s\S]*no language has 50 documents/)
    assert.match((await corpus.command('thresholds', '--sources', 'bad')).error, /no source `bad`; it has few, good/)
    assert.match((await corpus.command('thresholds', '--share', '2')).error, /--share must be a number above 0/)
    writeFileSync(join(corpus.folder, 'tuned.yaml'), 'thresholds: { et: { too-few-wrods: 3 } }\n')
    corpus.declare({ sources, quality: { tuned: 'tuned.yaml' } })
    assert.match((await corpus.command('run')).error, /tuned\.yaml/)
  })
})

test('a model of one’s own tells a language that no declaration exists in, and a corpus uses it', async () => {
  const corpus = newCorpus()
  try {
    const words = ['zilo', 'marva', 'tekun', 'sopri', 'ladin', 'verko', 'nasti', 'pulma', 'gorte', 'hivan', 'mirto', 'selva']
    const line = (at: number) =>
      Array.from({ length: 14 }, (_, index) => words[(at * 5 + index * index + at * index) % words.length]).join(' ')
    corpus.put('reference/art.txt', Array.from({ length: 150 }, (_, at) => line(at)).join('\n'))
    const model = join(corpus.folder, 'own.model')
    const made = await corpus.command(
      'language-model',
      'train',
      '--languages',
      'art,en',
      '--texts',
      join(corpus.folder, 'reference'),
      '--out',
      model,
    )
    assert.equal(made.code, 0, made.error)
    assert.match(made.out, /read of your texts, in bytes: art \d+/)
    const samples = join(corpus.folder, 'samples.jsonl')
    const rows = [
      ...Array.from({ length: 9 }, (_, at) => ({ lang: 'art', text: line(at + 400) })),
      ...english.slice(0, 9).map((text) => ({ lang: 'en', text })),
    ]
    writeFileSync(samples, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
    const tested = await corpus.command('language-model', 'evaluate', samples, '--model', model, '--json')
    assert.deepEqual([JSON.parse(tested.out).macro, JSON.parse(tested.out).languages], [1, ['art', 'en']])
    assert.match((await corpus.command('language-model', 'list', '--model', model)).out, /^art {2}home/m)
    corpus.put('texts/a.jsonl', `${JSON.stringify({ text: Array.from({ length: 9 }, (_, at) => `${line(at)}.`).join('\n') })}\n`)
    corpus.declare({
      languages: ['art'],
      languageModel: 'own.model',
      sources: { texts: { from: { folder: 'texts' } } },
      quality: { profile: 'none' },
    })
    assert.deepEqual((await corpus.run()).dropped, {})
    writeFileSync(model, 'no model')
    assert.match((await corpus.command('run')).error, /language model/)
  } finally {
    corpus.remove()
  }
})
