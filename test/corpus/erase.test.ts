// Erasing, as an owner does it: find, look, erase, verify the receipt, and try to bring it back.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { erasureReport } from '../../src/corpus/erasure/report.ts'
import { verifyAbsent, verifyRow } from '../../src/corpus/publish/index-file.ts'
import { digestOf } from '../../src/corpus/sections.ts'

const folder = mkdtempSync(join(tmpdir(), 'allod-erase-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const data = join(folder, 'data')

const allod = (...words: readonly string[]): { readonly code: number | null; readonly out: string; readonly error: string } => {
  const main = join(import.meta.dirname, '../../src/main/main.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'corpus', ...words, '--data', data], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, out: stdout, error: stderr }
}
const answer = (...words: readonly string[]) => {
  const { code, out, error } = allod(...words, '--json')
  assert.equal(code, 0, error)
  return JSON.parse(out)
}

/** Words of letters, for the search for duplicates takes all digits for one. */
const wordAt = (n: number): string => n.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)))
const words = (seed: number): string => Array.from({ length: 150 }, (_, at) => wordAt((seed * 7919 + at * at * 31 + at) % 9973)).join(' ')
const PERSON = 'Kohus kuulas Mari-Liis Õunapuud (isikukood 480 0108 5718) üle.'
const TEXTS: Readonly<Record<string, string>> = {
  plain: words(1),
  named: `${words(2)} ${PERSON}`,
  // A copy that does not name her, and would pass for a document of its own once the other is gone.
  copy: `${words(2)} Kohus kuulas tunnistaja üle.`,
  other: `${words(3)} Mari-Liis Õunapuustikus kasvavad pirnid.`,
  // Resembles `first`, which is preferred to it.
  first: words(4),
  second: `${words(4)} lisatud`,
}
const put = (file: string, names: readonly string[]): void => {
  const path = join(folder, 'texts', file)
  writeFileSync(
    path,
    names.map((name) => `${JSON.stringify({ text: TEXTS[name], name, period: name === 'first' ? '2020' : '2010' })}\n`).join(''),
  )
  utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'))
}
const DECLARATION = `corpus: cases
languages: [et]
pipeline: [signature]
sources:
  cases:
    from: { folder: texts }
    members: { name: name, period: period }
    terms: { licence: CC0-1.0, legalBasis: official-work, owner: Court, jurisdiction: EE }
dataSets:
  cases: { title: Cases, for: [train] }
`

/** Every file below the data directory that has these bytes anywhere. */
const holding = (...needles: readonly (string | Buffer)[]): string[] =>
  readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(data, name)
    return statSync(path).isFile() && needles.some((needle) => readFileSync(path).includes(needle))
  })

test('a person is found, taken out of everything, and does not come back', () => {
  mkdirSync(join(folder, 'texts'))
  put('a.jsonl', Object.keys(TEXTS))
  writeFileSync(join(folder, 'corpus.yaml'), DECLARATION)
  assert.equal(answer('run', '--corpus', 'corpus.yaml').documents, 6)
  answer('publish', 'cases')
  mkdirSync(join(data, 'corpus/checkpoints'))
  const checkpoint = {
    format: 'allod/checkpoint@v1',
    model: 'own',
    checkpoint: 'last',
    made: '2026-11-22',
    consumed: [{ dataSet: 'cases@1.0.0' }],
  }
  writeFileSync(join(data, 'corpus/checkpoints/own.json'), JSON.stringify(checkpoint))
  const exported = allod('export', 'cases', 'batches')
  assert.equal(exported.code, 0, exported.error)

  const asked = ['--name', 'Mari-Liis Õunapuu', '--identifier', '48001085718', '--received', '2026-01-31']
  const shown = answer('erase', ...asked)
  const reasons = shown.found.map(({ name, because }: { name: string; because: string }) => `${name}: ${because}`).sort()
  assert.deepEqual(reasons, ['copy: near', 'named: identifier'])
  assert.equal(shown.due, '2026-02-28')
  assert.notDeepEqual(holding('isikukood'), [], 'a look touches nothing')

  const erased = answer('erase', ...asked, '--yes', '--receipts', 'receipts')
  assert.deepEqual(holding('Õunapuud', '480 0108 5718', 'tunnistaja'), [])
  for (const name of ['named', 'copy'])
    assert.deepEqual(holding(digestOf(TEXTS[name] ?? ''), Buffer.from(digestOf(TEXTS[name] ?? ''), 'hex')), [])
  assert.ok(erased.signed && erased.record > 0)
  checkReceipt(erased.file)
  assert.match(allod('verify', erased.file).out, /^VALID[\s\S]*1 rows stood in cases 1\.0\.0[\s\S]*none of them stands in cases 1\.0\.0/)
  writeFileSync(join(folder, 'forged.json'), readFileSync(erased.file, 'utf8').replace('"due":"2026-02-28"', '"due":"2026-03-28"'))
  assert.equal(allod('verify', join(folder, 'forged.json')).code, 1)
  assert.equal(allod('verify', join(data, 'corpus/datasets/cases/1.0.0')).code, 0)
  assert.equal(answer('run', '--corpus', 'corpus.yaml').documents, 4)
  const open = allod('decide')
  assert.equal(open.code, 1)
  assert.match(open.out, /own\/last {2}open, answer due by 2026-02-28 {2}\(cases@1\.0\.0\)/)
  assert.equal(allod('decide', 'own/last', 'retrain', '--grounds', 'a model of six texts').code, 0)
  assert.equal(allod('decide').code, 0)
})

const checkReceipt = (file: string): void => {
  const { report, note } = JSON.parse(readFileSync(file, 'utf8'))
  const { found, documents, dataSets, models, searched, due } = erasureReport.parse(report)
  assert.deepEqual([found, documents.length, due, searched.found], [{ identifier: 1, near: 1 }, 2, '2026-02-28', []])
  const [dataSet] = dataSets
  assert.ok(dataSet?.after)
  // One of the two was a row; the other had given way to it.
  assert.equal(dataSet.before.inclusion.length, 1)
  for (const proof of dataSet.before.inclusion) {
    assert.ok(verifyRow(proof, dataSet.before.root))
    const id = proof.entry.slice(0, 64) as ReturnType<typeof digestOf>
    assert.ok(dataSet.after.exclusion.every((proofs) => verifyAbsent(id, proofs, dataSet.after?.rows ?? 0, dataSet.after?.root ?? '')))
  }
  assert.deepEqual(
    dataSet.exports.map(({ batches }) => batches),
    [['batch-000001.jsonl']],
  )
  assert.deepEqual(models, [{ model: 'own', run: 'last', dataSet: 'cases@1.0.0', decision: 'pending', grounds: '' }])
  assert.match(note, /^allod\/erasure@v1\n/)
  for (const name of ['named', 'copy']) assert.ok(!documents.includes(digestOf(TEXTS[name] ?? '')))
}

test('the same text and a near copy of it are refused wherever they come from', () => {
  put('b.jsonl', ['named', 'copy', 'plain'])
  const { documents, refused } = answer('run', '--corpus', 'corpus.yaml')
  assert.equal(refused, 4, 'both, in both files')
  assert.equal(documents, 5)
  assert.deepEqual(holding('Õunapuud', 'tunnistaja'), [])
})

/** One member of each line of the last run's `dropped.jsonl`. */
const linesOf = (member: string): string[] => {
  const last = readdirSync(join(data, 'corpus/runs')).sort().at(-1) ?? ''
  const lines = readFileSync(join(data, 'corpus/runs', last, 'dropped.jsonl'), 'utf8').split('\n')
  return lines.flatMap((line) => (line === '' ? [] : [String(JSON.parse(line)[member])]))
}

test('a document that had given way to an erased one comes free', () => {
  const stays = (): string[] => Object.keys(TEXTS).filter((name) => !linesOf('name').includes(name))
  assert.ok(stays().includes('first') && !stays().includes('second'))
  const erased = answer('erase', '--source', 'cases', '--record', 'first', '--exact', '--yes', '--receipts', 'receipts')
  assert.deepEqual(erased.report.found, { origin: 1 })
  assert.equal(allod('erase', '--name', 'Nemo Nobody', '--yes').code, 1, 'nobody is found')
  assert.ok(stays().includes('second'))
  // The record was asked to be forgotten, and so it stays shut whatever stands in it.
  writeFileSync(join(folder, 'texts/c.jsonl'), `${JSON.stringify({ text: words(9), name: 'first' })}\n`)
  writeFileSync(join(folder, 'texts/a.jsonl'), `${JSON.stringify({ text: words(9), name: 'first' })}\n`)
  assert.equal(answer('run', '--corpus', 'corpus.yaml').refused, 3)
  assert.ok(linesOf('reason').includes('what this record held was erased, and the record is held back'))
})
