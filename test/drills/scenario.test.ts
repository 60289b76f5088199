import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseScenario } from '../../src/drills/scenario.ts'
import { loadConfiguration } from '../../src/main/config.ts'
import { readDrillBook } from '../../src/main/drill-book.ts'
import { example } from '../end-to-end/allod.ts'

const FOLDER = join(import.meta.dirname, '../../factbook/drills')
const GOOD = readFileSync(join(FOLDER, 'model-export-order.yaml'), 'utf8')
const failuresOf = (text: string): readonly string[] => {
  const parsed = parseScenario(text, 'mine.yaml')
  return parsed.ok ? [] : parsed.error.messages
}

test('each file that ships holds the scenario of its name, with sources and their evidence', () => {
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.yaml'))) {
    const parsed = parseScenario(readFileSync(join(FOLDER, name), 'utf8'), name)
    assert.ok(parsed.ok, JSON.stringify(parsed))
    assert.equal(`${parsed.value.id}.yaml`, name)
    assert.ok(parsed.value.sources.length > 0)
  }
})

test('the scenario that the documentation shows can be run', () => {
  const page = readFileSync(join(FOLDER, '../../docs/drills.md'), 'utf8')
  const yaml = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text).find((text) => text.startsWith('id: ')) ?? ''
  assert.deepEqual(failuresOf(yaml), [])
})

for (const [from, to, sentence] of [
  ['id: model-export-order', 'id: Model', 'mine.yaml: `id`: must be lower case letters, digits and `-`'],
  ["date: '2026-06-12'", "date: '2026-06-31'", 'mine.yaml: `date`: `2026-06-31` is no day; write it as `2026-06-12`'],
  ["until: '2026-07-01'", "until: '2026-06-01'", 'mine.yaml: `until` must not come before `date`'],
  [
    '    after: 90m',
    '    after: soon',
    'mine.yaml: `steps.0.after`: `soon` is no length of time; write minutes, hours or days, such as `90m`, `2h`, `19d`',
  ],
  ['    after: 90m', '    afer: 90m', 'mine.yaml: `afer` is no field of `steps.0`; did you mean `after`?'],
  ['trigger:', 'triger:', 'mine.yaml: `trigger` is missing'],
  [
    'kind: secondary, evidence: documented }',
    'kind: secondary, evidence: sure }',
    'mine.yaml: `sources.0.evidence`: invalid option: expected one of "unverified"|"declared"|"documented"|"attested"|"observed"',
  ],
  [
    'target: { busiest: model, where: [abroad, home] }',
    'target: everything',
    'mine.yaml: `steps.0.target`: must be `country:US`, `place:AE`, `entity:…`, `endpoint:…`, `model:…` or `outside-home`',
  ],
  ['do: cut', 'do: licence', 'mine.yaml: `shows` is no field of `steps.0`'],
] as const)
  test(`a scenario is refused: ${sentence}`, () => {
    assert.ok(GOOD.includes(from))
    assert.ok(
      failuresOf(GOOD.replace(from, to)).some((message) => message.startsWith(sentence)),
      JSON.stringify(failuresOf(GOOD.replace(from, to))),
    )
  })

test('a step is aimed only at what it can be done to', () => {
  const text = GOOD.replace('do: cut', 'do: licence')
    .replace(/ {4}shows: .*\n {4}says: .*\n/, '')
    .replace('busiest: model', 'busiest: country')
  assert.deepEqual(failuresOf(text), ['mine.yaml: `steps.0.target`: a step that does `licence` needs `model`, not `country`'])
})

test('YAML that is none is refused with its line', () => {
  assert.match(failuresOf('id: [')[0] ?? '', /^mine\.yaml:\d+: /)
})

test('the owner’s scenarios join those that ship, take the place of one with the same id, and may not be two', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-drills-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (drills: string) => {
    writeFileSync(join(folder, 'allod.yaml'), `${readFileSync(example('hybrid'), 'utf8')}\ndrills: { files: [${drills}] }\n`)
    const loaded = loadConfiguration(join(folder, 'allod.yaml'))
    assert.ok(loaded.ok, JSON.stringify(loaded))
    return readDrillBook(loaded.value)
  }
  writeFileSync(join(folder, 'mine.yaml'), GOOD.replace('id: model-export-order', 'id: mine'))
  writeFileSync(join(folder, 'other.yaml'), GOOD.replace(/title: .*/, 'title: Ours'))
  const book = write('mine.yaml, other.yaml')
  assert.ok(book.ok)
  assert.equal(book.value.get('mine')?.origin, 'owner')
  assert.deepEqual(
    [book.value.get('model-export-order')?.scenario.title, book.value.size],
    ['Ours', readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')).length + 1],
  )
  assert.deepEqual(write('mine.yaml, mine.yaml'), {
    ok: false,
    error: { kind: 'scenario-invalid', messages: ['`drills.files`: two scenarios have the id `mine`'] },
  })
  assert.deepEqual(write('none.yaml'), { ok: false, error: { kind: 'scenario-invalid', messages: ['none.yaml: cannot be read'] } })
})
