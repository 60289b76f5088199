import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Day } from '../../core/units.ts'
import { type LicenceBook, parseBook } from './book.ts'
import { may } from './may.ts'
import type { MayQuestion, Memberships } from './question.ts'

const root = join(import.meta.dirname, '../../..')
const read = (name: string): unknown => parse(readFileSync(join(root, 'factbook', name), 'utf8'))
const parsed = parseBook(read('models.yaml'), read('licences.yaml'))
const shipped: LicenceBook = parsed.ok ? parsed.value : assert.fail(parsed.error.message)

type Members = { readonly [bloc: string]: { readonly [country: string]: readonly [from: string, to?: string] } }
const vectors = join(root, 'spec/vectors/may')
const members = JSON.parse(readFileSync(join(vectors, 'members.json'), 'utf8')) as Members
const memberships: Memberships = {
  isMember: (bloc, country, day) => {
    const [from, to] = members[bloc]?.[country] ?? []
    return from !== undefined && from <= day && (to === undefined || day < to)
  },
}

type Vector = {
  readonly name: string
  readonly question: MayQuestion
  readonly expect: {
    readonly verdict: string
    readonly model?: string
    readonly licence?: string
    readonly clause?: string
    readonly reason?: string
  }
}
for (const file of globSync(join(vectors, '*.json'))) {
  if (basename(file) === 'members.json') continue
  for (const { name, question, expect } of JSON.parse(readFileSync(file, 'utf8')) as Vector[])
    test(`${basename(file, '.json')}: ${name}`, () => {
      const answer = may(shipped, question, memberships)
      assert.ok(answer.ok)
      const { verdict, deciding } = answer.value
      assert.equal(verdict, expect.verdict, `${deciding.model}: ${deciding.reason}`)
      if (expect.model !== undefined) assert.equal(deciding.model, expect.model)
      if (expect.licence !== undefined) assert.equal(deciding.licence, expect.licence, deciding.reason)
      if (expect.clause !== undefined) assert.equal(deciding.clause, expect.clause, deciding.reason)
      if (expect.reason !== undefined) assert.match(deciding.reason, new RegExp(expect.reason))
    })
}

const ask = (model: string, more: Partial<MayQuestion> = {}) => {
  const answer = may(
    shipped,
    { model, action: 'use-internal', seat: 'FR', legalForm: 'public-body', day: '2026-11-22' as Day, ...more },
    memberships,
  )
  return answer.ok ? answer.value : assert.fail(answer.error.message)
}

test('every answer says that sanctions are not assessed, and who may revoke or change the terms', () => {
  const { notes, duties } = ask('LGAI-EXAONE/EXAONE-4.0-32B')
  assert.ok(notes.includes('sanctions and export control: not assessed'))
  assert.ok(notes.includes('EXAONE-1.2-NC: revocable by the licensor'))
  assert.ok(notes.some((note) => /EXAONE-1.2-NC: the licensor may change it by posting/.test(note)))
  assert.ok(duties.some((duty) => duty === 'EXAONE-1.2-NC: name begins with EXAONE'))
})

test('conflicts of the lineage come with the answer', () => {
  assert.ok(ask('deepseek-ai/DeepSeek-R1-Distill-Llama-70B').conflicts.some(({ kind }) => kind === 'name-duty-missed'))
  assert.ok(ask('google/gemma-4-31b-it').conflicts.some(({ says }) => /Prohibited Use Policy/.test(says)))
})

test('a changed text opens a verdict again', () => {
  const licence = shipped.licences.get('Apache-2.0') ?? assert.fail()
  const book = { ...shipped, licences: new Map([...shipped.licences, [licence.id, { ...licence, textDigest: 'sha256:new' }]]) }
  const question = {
    model: 'mistralai/Mistral-7B-v0.2',
    action: 'use-internal',
    seat: 'FR',
    legalForm: 'public-body',
    day: '2026-11-22' as Day,
  } as const
  const same = may(book, { ...question, adopted: { 'Apache-2.0': 'sha256:new' } }, memberships)
  const changed = may(book, { ...question, adopted: { 'Apache-2.0': 'sha256:old' } }, memberships)
  assert.equal(same.ok && same.value.verdict, 'yes')
  assert.equal(changed.ok && changed.value.verdict, 'unknown')
  assert.match(changed.ok ? changed.value.deciding.reason : '', /changed since/)
})

test('weights that are not the ones named permit nothing', () => {
  const id = 'mistralai/Mistral-7B-v0.2'
  const model = shipped.models.get(id) ?? assert.fail()
  const book = { ...shipped, models: new Map([...shipped.models, [id, { ...model, weightsDigests: ['sha256:aa'] }]]) }
  const question = {
    model: id,
    action: 'use-internal',
    seat: 'FR',
    legalForm: 'public-body',
    day: '2026-11-22' as Day,
    weightsDigest: 'sha256:bb',
  } as const
  const answer = may(book, question, memberships)
  assert.equal(answer.ok && answer.value.verdict, 'unknown')
})

test('an unsettled membership permits nothing and refuses nothing', () => {
  const unsure: Memberships = { isMember: () => undefined }
  const question = { action: 'use-internal', seat: 'NO', legalForm: 'company', day: '2026-11-22' as Day } as const
  for (const model of ['meta-llama/Llama-4-Maverick-17B-128E-Instruct', 'tencent/Hunyuan-A13B-Instruct']) {
    const answer = may(shipped, { ...question, model }, unsure)
    assert.equal(answer.ok && answer.value.verdict, 'unknown')
  }
})

test('an unknown model is one sentence with the nearest names', () => {
  const question = { action: 'use-internal', seat: 'FR', legalForm: 'public-body', day: '2026-11-22' as Day } as const
  const near = may(shipped, { ...question, model: 'moonshotai/Kimi-K4' }, memberships)
  assert.ok(!near.ok)
  assert.equal(near.error.message, 'no row describes the model `moonshotai/Kimi-K4`; did you mean `moonshotai/Kimi-K3`?')
  const far = may(shipped, { ...question, model: 'zzzzzzzzzzzzzz' }, memberships)
  assert.match(far.ok ? '' : far.error.message, /facts list/)
  assert.match(may(shipped, { ...question, model: '' }, memberships).ok ? '' : 'refused', /refused/)
})
