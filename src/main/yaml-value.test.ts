import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { withValue } from './yaml-value.ts'

const BUDGET = { limit: 20, period: 'month' }
const TEXT = `# Who calls.
tenants:
  ministry: # the first
    budget: { limit: 500, period: month } # agreed in May
    applications:
      # Its callers say what class their data has.
      portal: { dataClassFloor: public, purposes: [general] }
      casework: {}
  city:
    budget:
      limit: 7
      period: day
    applications:
      desk:
        dataClassFloor: internal

# After.
limits: {}
`
const changed = (path: readonly [string, ...string[]], value: Parameters<typeof withValue>[2]) => {
  const after = withValue(TEXT, path, value)
  const [before, now] = [TEXT.split('\n'), after.split('\n')]
  return { out: before.filter((line) => !now.includes(line)), added: now.filter((line) => !before.includes(line)), after }
}

test('a value that is there is replaced on its line', () => {
  const { out, added } = changed(['tenants', 'ministry', 'budget'], BUDGET)
  assert.deepEqual(out, ['    budget: { limit: 500, period: month } # agreed in May'])
  assert.deepEqual(added, ['    budget: { limit: 20, period: month } # agreed in May'])
})

test('one that is not is added to the mapping as that is written', () => {
  assert.deepEqual(changed(['tenants', 'ministry', 'applications', 'portal', 'budget'], BUDGET).added, [
    '      portal: { dataClassFloor: public, purposes: [general], budget: { limit: 20, period: month } }',
  ])
  assert.deepEqual(changed(['tenants', 'ministry', 'applications', 'casework', 'budget'], BUDGET).added, [
    '      casework: { budget: { limit: 20, period: month } }',
  ])
  assert.deepEqual(changed(['tenants', 'city', 'applications', 'desk', 'budget'], BUDGET), {
    out: [],
    added: ['        budget: { limit: 20, period: month }'],
    after: TEXT.replace('Floor: internal\n', 'Floor: internal\n        budget: { limit: 20, period: month }\n'),
  })
  assert.deepEqual(changed(['tenants', 'village'], { applications: {} }).added, ['  village: { applications: {} }'])
})

test('one that is taken away leaves its neighbours', () => {
  assert.deepEqual(changed(['tenants', 'ministry', 'budget'], undefined).out, ['    budget: { limit: 500, period: month } # agreed in May'])
  assert.deepEqual(changed(['tenants', 'city', 'budget'], undefined).out, ['    budget:', '      limit: 7', '      period: day'])
  for (const name of ['dataClassFloor', 'purposes']) {
    const { after } = changed(['tenants', 'ministry', 'applications', 'portal', name], undefined)
    assert.ok(!(name in parse(after).tenants.ministry.applications.portal))
    assert.ok(after.includes('# agreed in May') && after.includes('# Who calls.'))
  }
})

test('whatever the file looks like, it means what was wanted and nothing else', () => {
  const name = fc.constantFrom('a', 'b', 'budget', 'applications')
  const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant(BUDGET), fc.constant({}), fc.array(fc.string(), { maxLength: 2 }))
  const tree = fc.dictionary(name, fc.dictionary(name, leaf, { maxKeys: 3 }), { maxKeys: 3 })
  fc.assert(
    fc.property(tree, fc.boolean(), name, name, fc.option(leaf, { nil: undefined }), (given, flow, one, other, value) => {
      const text = stringify({ root: given }, { collectionStyle: flow ? 'flow' : 'any', lineWidth: 0, aliasDuplicateObjects: false })
      const expected = structuredClone({ root: given }) as { root: Record<string, Record<string, unknown>> }
      if (value !== undefined) expected.root[one] = { ...expected.root[one], [other]: value }
      else if (expected.root[one] !== undefined) delete expected.root[one][other]
      assert.deepEqual(parse(withValue(text, ['root', one, other], value as never)), expected)
    }),
    { numRuns: 300 },
  )
})
