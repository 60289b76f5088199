// The commands as an owner calls them: from a folder of texts to a signed data set, and back to who consumed which document.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ok } from '../../src/core/result.ts'
import type { ManifestStatement } from '../../src/corpus/publish/manifest.ts'
import { publishDataSet } from '../../src/main/corpus/publication.ts'
import { DAY, LAW, newSigner } from './data-set-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-corpus-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const data = join(folder, 'data')
const versions = join(data, 'corpus/datasets/laws')

const allod = (...words: readonly string[]): { readonly code: number | null; readonly out: string; readonly error: string } => {
  const main = join(import.meta.dirname, '../../src/main/main.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'corpus', ...words, '--data', data], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 180_000,
  })
  return { code: status, out: stdout, error: stderr }
}

/** Words of letters, for numbers are all alike to the search for duplicates. */
const wordAt = (n: number): string => n.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)))
const lineOf = (n: number, more: object = {}): string => {
  const words = Array.from({ length: 60 }, (_, i) => wordAt((n * 7919 + i * i * 31) % 9973))
  return JSON.stringify({ text: `Article ${words.join(' ')} ask ana${n}@example.si`, name: `a${n}`, licence: 'CC-BY-4.0', ...more })
}

const DECLARATION = `corpus: national
languages: [en]
pipeline: [personal-data, signature]
sources:
  laws:
    from: { folder: texts }
    members: { name: name, licence: licence }
    terms: { owner: Ministry, jurisdiction: SI, domain: law }
dataSets:
  laws: { title: Laws, for: [publish, train] }
publication:
  sources: { laws: { kind: public-data-set, title: Official laws } }
`

test('from texts to a signed version, its batches, and who saw what', () => {
  mkdirSync(join(folder, 'texts'))
  writeFileSync(
    join(folder, 'texts/a.jsonl'),
    `${[1, 2, 3, 4, 5].map((n) => lineOf(n)).join('\n')}\n${lineOf(6, { licence: 'LicenseRef-Unread' })}\n`,
  )
  writeFileSync(join(folder, 'corpus.yaml'), DECLARATION)
  assert.equal(allod('run', '--corpus', 'corpus.yaml').code, 0)

  const before = allod('may', 'national', 'publish')
  assert.equal(before.code, 1)
  assert.match(before.out, /^UNKNOWN {2}publish national[\s\S]*LicenseRef-Unread[\s\S]*a\.jsonl \(a6\)/)

  const published = allod('publish', 'laws', '--json')
  assert.equal(published.code, 0, published.error)
  assert.equal(JSON.parse(published.out).version, '1.0.0')
  const verified = allod('verify', join(versions, '1.0.0'))
  assert.equal(verified.code, 0, verified.out)

  const exported = allod('export', 'laws', 'batches', '--rows', '2')
  assert.equal(exported.code, 0, exported.error)
  const [first] = readFileSync(join(folder, 'batches/batch-000001.jsonl'), 'utf8').split('\n')
  const row = JSON.parse(first ?? '')
  assert.match(row.text, /ask \[EMAIL\]$/)
  mkdirSync(join(data, 'corpus/checkpoints'))
  const checkpoint = {
    format: 'allod/checkpoint@v1',
    model: 'own',
    checkpoint: 'step-10',
    made: '2026-11-22',
    consumed: [{ dataSet: 'laws@1.0.0', from: 0, to: 2, epochs: 3 }],
  }
  writeFileSync(join(data, 'corpus/checkpoints/own.json'), JSON.stringify(checkpoint))
  assert.equal(allod('tokenizer', 'laws', 'own-tokenizer', '--vocabulary', '300').code, 0)
  assert.equal(Object.keys(JSON.parse(readFileSync(join(folder, 'own-tokenizer/tokenizer.json'), 'utf8')).model.vocab).length, 300)
  const [seen] = JSON.parse(allod('who-saw', row.id.slice(0, 16), '--json').out)
  assert.equal(seen.document, row.id)
  assert.deepEqual(
    seen.exports.map(({ file }: { file: string }) => file),
    ['batch-000001.jsonl'],
  )
  assert.deepEqual(
    seen.checkpoints.map(({ model, epochs }: { model: string; epochs: number }) => [model, epochs]),
    [
      ['own-tokenizer', 1],
      ['own', 3],
    ],
  )
})

/** As the command publishes, with a key of the test's own. */
const publishHere = async () => {
  const signer = newSigner()
  return await publishDataSet({
    corpus: join(data, 'corpus'),
    name: 'laws',
    ground: { law: LAW, home: ['SI'], publisher: { name: 'Office', country: 'SI' }, day: DAY },
    operate: async (_, input) => ok({ index: 7, note: signer.sign(input as unknown as ManifestStatement) }),
  })
}

test('one licence changes, and every verdict with it; what did not change is not published again', async () => {
  appendFileSync(join(folder, 'texts/a.jsonl'), `${lineOf(7, { licence: 'CC-BY-NC-4.0' })}\n`)
  assert.equal(allod('run', '--corpus', 'corpus.yaml').code, 0)
  const published = await publishHere()
  assert.ok(published.ok && published.value.kind === 'published')
  const { manifest } = published.value.dataSet
  assert.equal(manifest.version, '1.1.0')
  assert.equal(manifest.law.nonCommercial, true)
  assert.equal(manifest.previous?.version, '1.0.0')
  const again = await publishHere()
  assert.ok(again.ok && again.value.kind === 'unchanged')
  assert.equal(allod('may', 'laws', 'export', '--commercial').code, 1)
  assert.equal(allod('may', 'laws@1.0.0', 'export', '--commercial').code, 0)
})
