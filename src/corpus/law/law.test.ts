import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Day } from '../../core/units.ts'
import { decodeYaml } from '../../facts/yaml-rows.ts'
import type { Digest } from '../sections.ts'
import { type Terms, UNKNOWN_TERMS, type Use } from '../terms.ts'
import { parseExpression } from './expression.ts'
import type { Group } from './inherit.ts'
import { parseLicences } from './licences.ts'
import { type Answer, Gathering, may } from './may.ts'
import type { Question } from './question.ts'
import { judge, type Law, RULES } from './rules.ts'
import { mayText } from './text.ts'
import { VERDICTS, type Verdict } from './verdict.ts'

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const rows = decodeYaml(read('factbook/corpus-licences.yaml'))
assert.ok(rows.ok)
const book = parseLicences(rows.value)
assert.ok(book.ok)

type Given = Partial<Terms> & { readonly count?: number }
type Expected = Partial<Pick<Answer, 'verdict' | 'counts'> & Omit<Answer['inherits'], 'under' | 'licences'>> & {
  readonly rules?: readonly string[]
  readonly under?: string | null
}
type Vector = {
  readonly name: string
  readonly documents: readonly Given[]
  readonly use: Use
  readonly place?: string
  readonly commercial?: boolean
  readonly altered?: boolean
  readonly day?: string
  readonly expect: Expected
}
const file = JSON.parse(read('spec/vectors/corpus-law.json')) as { home: string[]; day: string; vectors: Vector[] }
const law: Law = { book: book.value, atHome: (place) => file.home.includes(place) }

const groupOf = ({ count = 1, ...terms }: Given, at: number): Group => ({
  terms: { ...UNKNOWN_TERMS, ...terms },
  count,
  first: [{ id: String(at).padStart(64, '0') as Digest, source: 's', file: `f${at}`, name: '' }],
})
const questionOf = ({
  use,
  place,
  commercial = false,
  altered = false,
  day = file.day,
}: Omit<Vector, 'name' | 'documents' | 'expect'>): Question => ({
  use,
  place: place ?? null,
  commercial,
  altered,
  day: day as Day,
})

test('vectors', async (t) => {
  assert.ok(file.vectors.length >= 60)
  for (const { name, documents, expect, ...asked } of file.vectors)
    await t.test(name, () => {
      const { verdict, counts, deciding, inherits } = may(documents.map(groupOf), questionOf(asked), law)
      const { rules, under, ...rest } = expect
      assert.equal(verdict, expect.verdict)
      const deciders = [...new Set(deciding.filter((each) => each.verdict !== 'yes').map(({ rule }) => rule))]
      assert.deepEqual(deciders.sort(), [...(rules ?? [])].sort())
      if (under !== undefined) assert.equal(inherits.under[0] ?? null, under)
      const { verdict: _verdict, ...others } = rest
      for (const [field, value] of Object.entries(others)) assert.deepEqual({ counts, ...inherits }[field as 'counts'], value, field)
    })
})

test('the specification has each rule, and the vectors try it', () => {
  const spec = read('spec/corpus-law.md')
  const tried = new Set(
    file.vectors.flatMap(({ documents, ...asked }) => may(documents.map(groupOf), questionOf(asked), law).deciding.map(({ rule }) => rule)),
  )
  for (const rule of RULES) {
    assert.match(spec, new RegExp(`^\\| \`${rule}\``, 'm'), rule)
    assert.ok(tried.has(rule), rule)
  }
})

test('each licence that another is alike with has a row, and each choice too', () => {
  for (const { id, alike } of book.value.licences.values())
    for (const other of alike ?? []) assert.ok(book.value.licences.has(other.toLowerCase()), `${id}: ${other}`)
  for (const [id, choices] of book.value.later)
    for (const choice of choices) assert.ok(book.value.licences.has(choice.toLowerCase()), `${id}: ${choice}`)
})

const LICENCES = [
  null,
  'NONE',
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-ND-4.0',
  'ODbL-1.0',
  'LicenseRef-X',
  'GPL-2.0-or-later',
  'CC-BY-SA-3.0 OR GFDL-1.2-only',
]
const documents = fc.record({
  licence: fc.constantFrom(...LICENCES),
  owner: fc.constantFrom(null, 'A', 'B'),
  legalBasis: fc.constantFrom(null, 'contract', 'official-work', 'tdm-art-4', 'consent', 'gdpr-6-1-e'),
  jurisdiction: fc.constantFrom(null, 'SI'),
  consent: fc.constantFrom(
    null,
    { scope: ['train'] as Use[], expires: '2027-01-01' },
    { scope: ['train', 'publish', 'export', 'send'] as Use[], expires: '2020-01-01' },
  ),
  restrictions: fc.constantFrom<Terms['restrictions'][]>([], ['no-training-abroad'], ['no-publication', 'no-commercial-use']),
  reservation: fc.constantFrom(
    null,
    { found: 'robots.txt' as const, reserved: true, asOf: '2026-01-01' },
    { found: 'robots.txt' as const, reserved: false, asOf: '2026-01-01' },
  ),
})
const questions = fc.record({
  use: fc.constantFrom<Use[]>('train', 'publish', 'export', 'send'),
  place: fc.constantFrom(null, 'SI', 'US'),
  commercial: fc.boolean(),
  altered: fc.boolean(),
  day: fc.constant(file.day as Day),
})
const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict)

test('a document more never raises a verdict, the order counts nothing, and doubling changes nothing', () => {
  fc.assert(
    fc.property(fc.array(documents, { minLength: 1, maxLength: 6 }), documents, questions, (some, more, question) => {
      const groups = some.map(groupOf)
      const before = may(groups, question, law)
      const after = may([...groups, groupOf(more, 99)], question, law)
      assert.ok(rank(after.verdict) <= rank(before.verdict))
      const turned = may([...groups].reverse(), question, law)
      assert.deepEqual({ ...turned, deciding: turned.deciding.length }, { ...before, deciding: before.deciding.length })
      assert.equal(may([...groups, ...groups], question, law).verdict, before.verdict)
    }),
    { numRuns: 300 },
  )
})

test('a yes rests on each document: change one licence to none, and every verdict that rested on licences changes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('CC0-1.0', 'CC-BY-4.0', 'MIT'), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      questions,
      (licences, at, question) => {
        const groups = licences.map((licence, index) => groupOf({ licence, owner: 'A' }, index))
        assert.equal(may(groups, question, law).verdict, 'yes')
        const changed = groups.map((group, index) =>
          index === at % groups.length ? { ...group, terms: { ...group.terms, licence: 'NONE' } } : group,
        )
        const answer = may(changed, question, law)
        assert.equal(answer.verdict, 'no')
        assert.deepEqual(
          answer.deciding[0]?.first.map(({ file: name }) => name),
          [`f${at % groups.length}`],
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('forgetting what is known never makes a yes of what was none', () => {
  fc.assert(
    fc.property(documents, questions, fc.constantFrom('licence', 'legalBasis', 'jurisdiction', 'owner'), (given, question, field) => {
      const before = judge({ ...UNKNOWN_TERMS, ...given }, question, law).verdict
      const after = judge({ ...UNKNOWN_TERMS, ...given, [field]: null }, question, law).verdict
      // Only a basis that brings a condition of its own may stand in the way of what a licence permits.
      if (field !== 'legalBasis') assert.ok(rank(after) <= Math.max(rank(before), rank('unknown')))
    }),
    { numRuns: 300 },
  )
})

test('a document more never opens a licence to the whole', () => {
  fc.assert(
    fc.property(fc.array(documents, { minLength: 1, maxLength: 5 }), documents, questions, (some, more, question) => {
      const groups = some.map(groupOf)
      const before = may(groups, question, law).inherits.under
      const after = may([...groups, groupOf(more, 99)], question, law).inherits.under
      for (const id of ['CC0-1.0', 'CC-BY-4.0', 'CC-BY-NC-4.0']) if (after.includes(id)) assert.ok(before.includes(id))
    }),
    { numRuns: 200 },
  )
})

test('expressions that are none are refused with what is wrong', () => {
  for (const text of ['', 'MIT OR', '(MIT', 'MIT)', 'MIT Apache-2.0', 'AND MIT', 'MIT WITH', 'a b', 'MIT;', 'WITH'])
    assert.equal(parseExpression(text).ok, false, text)
  const long = Array.from({ length: 7 }, (_, i) => `(A${i} OR B${i})`).join(' AND ')
  assert.equal(parseExpression(long).ok, false)
})

test('an owner’s rows stand over those that ship, and a row that is none is refused', () => {
  const traits = { learn: 'yes', share: 'no', adapt: 'no', commercial: 'no', attribution: true, alike: null }
  const own = {
    licences: [
      {
        ...traits,
        ids: ['LicenseRef-Broadcaster', 'MIT'],
        title: 'Agreement',
        source: 'file 12/2025',
        asOf: '2025-01-01',
        evidence: 'documented',
      },
    ],
    later: {},
  }
  const both = parseLicences(rows.ok && rows.value, own)
  assert.ok(both.ok)
  const verdict = (licence: string, use: Use): Verdict =>
    judge({ ...UNKNOWN_TERMS, licence, owner: 'A' }, questionOf({ use }), { ...law, book: both.value }).verdict
  assert.deepEqual([verdict('LicenseRef-Broadcaster', 'train'), verdict('LicenseRef-Broadcaster', 'publish')], ['yes', 'no'])
  assert.deepEqual([verdict('MIT', 'publish'), verdict('ISC', 'publish')], ['no', 'yes'])
  assert.equal(parseLicences(rows.ok && rows.value, { licences: [{ ids: ['X'] }] }).ok, false)
})

test('a gathering counts by terms, in whatever order, and names the first by id', () => {
  const one = { ...UNKNOWN_TERMS, licence: 'MIT' }
  const ids = Array.from({ length: 20 }, (_, i) => (i * 7919).toString(16).padStart(64, '0') as Digest)
  const gathered = (order: readonly Digest[]): readonly Group[] => {
    const gathering = new Gathering()
    for (const id of order) gathering.add({ ...one }, id, () => ({ source: 's', file: 'f', name: id }))
    return gathering.all()
  }
  const [group] = gathered(ids)
  assert.equal(group?.count, 20)
  assert.deepEqual(
    group?.first.map(({ id }) => id),
    [...ids].sort().slice(0, 5),
  )
  assert.deepEqual(gathered([...ids].reverse()), gathered(ids))
})

test('the answer as text names verdict, reason, document and what would make it possible', () => {
  const text = mayText('laws', may([groupOf({ licence: 'NONE' }, 1)], questionOf({ use: 'publish' }), law)).join('\n')
  assert.match(text, /^NO {2}publish laws/)
  assert.match(text, /grants no licence \[no-licence, 1 document\]/)
  assert.match(text, /possible with a contract/)
  assert.match(text, /s: f1/)
})
