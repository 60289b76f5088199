// What the shipped rows must keep, and how they meet the graph of facts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseDay } from '../../core/units.ts'
import { parseFact, parseFacts } from '../fact.ts'
import { buildGraph } from '../graph.ts'
import { parseBook } from './book.ts'
import { modelFacts } from './facts.ts'
import { may } from './may.ts'
import { graphMemberships } from './memberships.ts'
import { mayJson, mayText } from './report.ts'

const root = join(import.meta.dirname, '../../..')
const read = (name: string): unknown => parse(readFileSync(join(root, 'factbook', name), 'utf8'))
const parsed = parseBook(read('models.yaml'), read('licences.yaml'))
const book = parsed.ok ? parsed.value : assert.fail(parsed.error.message)
const blocs = parseFacts(read('blocs.yaml'), { name: 'blocs.yaml', origin: 'shipped' })
const memberships = graphMemberships(buildGraph(blocs.ok ? blocs.value : assert.fail('blocs.yaml')))

test('a row without a public address is unverified', () => {
  const address = /https?:\/\/|[\w.-]+\/[\w.-]+@[0-9a-f]{7}|Azure\/azureml-assets/
  for (const row of [...book.models.values(), ...book.licences.values()])
    if (row.evidence !== 'unverified') assert.match(row.source, address, row.id)
})

test('every licence named has a row, every edge is no stronger than its row', () => {
  const rank = ['unverified', 'declared', 'documented']
  for (const model of book.models.values()) {
    for (const id of model.licences) assert.ok(book.licences.has(id), id)
    for (const edge of model.parents) assert.ok(rank.indexOf(edge.evidence) <= rank.indexOf(model.evidence), model.id)
  }
  assert.equal(book.models.size, 194)
  assert.equal(book.licences.size, 59)
})

test('the rows are facts the fact parser takes, with ids of their own', () => {
  const facts = modelFacts(book)
  const ids = new Set<string>()
  for (const { origin, ...fact } of facts) {
    const again = parseFact(fact, fact.id, { name: 'models.yaml', origin })
    assert.ok(again.ok, again.ok ? '' : JSON.stringify(again.error))
    assert.ok(!ids.has(fact.id), fact.id)
    ids.add(fact.id)
  }
  const about = (subject: string) =>
    facts.filter((fact) => fact.subject === subject).map(({ predicate, object }) => `${predicate} ${object}`)
  assert.deepEqual(about('model:deepseek-ai/DeepSeek-R1-Distill-Llama-70B'), [
    'developed-by entity:deepseek',
    'derived-from model:meta-llama/Llama-3.3-70B-Instruct',
    'trained-on-outputs-of model:deepseek-ai/DeepSeek-R1',
    'licensed-under licence:MIT',
    'licensed-under licence:Llama-3.3-Community',
    'weights open',
  ])
  assert.deepEqual(about('licence:Tencent-Hunyuan-Community'), [
    'licence-excludes bloc:EU',
    'licence-excludes country:GB',
    'licence-excludes country:KR',
  ])
})

test('membership by the fact book agrees with the vectors, day by day', () => {
  const listed = JSON.parse(readFileSync(join(root, 'spec/vectors/may/members.json'), 'utf8')) as { EU: Record<string, [string, string?]> }
  for (const text of ['2013-07-01', '2020-01-31', '2020-02-01', '2026-11-22']) {
    const day = parseDay(text) ?? assert.fail()
    for (const country of [...Object.keys(listed.EU), 'NO', 'IS', 'LI', 'CH', 'US', 'SG']) {
      const [from = '9999', to = '9999'] = listed.EU[country] ?? []
      assert.equal(memberships.isMember('EU', country, day), from <= text && text < to, `${country} on ${text}`)
    }
  }
  const before = parseDay('2013-06-30') ?? assert.fail()
  assert.equal(memberships.isMember('EU', 'FR', before), true)
  assert.equal(memberships.isMember('EU', 'HR', before), undefined, 'no fact says how many members there were then')
  assert.equal(memberships.isMember('Atlantis', 'FR', parseDay('2026-11-22') ?? assert.fail()), undefined)
})

test('the answer reads as text and as JSON', () => {
  const day = parseDay('2026-11-22') ?? assert.fail()
  const answer = may(book, { model: 'Hunyuan-A13B-Instruct', action: 'use-internal', seat: 'DE', legalForm: 'company', day }, memberships)
  assert.ok(answer.ok)
  const text = mayText(answer.value).join('\n')
  assert.match(text, /^NO {2}use-internal tencent\/Hunyuan-A13B-Instruct\n/)
  assert.match(text, /quote {3}“You must not use, reproduce, modify, distribute, or display/)
  assert.match(text, /clause {2}Tencent-Hunyuan-Community \/ territory/)
  assert.match(text, /not legal advice$/)
  const json = JSON.parse(mayJson(answer.value)) as { verdict: string; deciding: { licence: string }; chain: unknown[] }
  assert.equal(json.verdict, 'no')
  assert.equal(json.deciding.licence, 'Tencent-Hunyuan-Community')
  assert.equal(json.chain.length, 1)
})
