import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isMap, parse, parseDocument } from 'yaml'
import { PROJECT } from './paths.ts'
import { withEntry, withItems, withoutEntry, withoutItems } from './yaml-edit.ts'

const ENTRY = { kind: 'openai-chat', provider: 'mistral', authentication: { kind: 'key', keyFile: 'a: b' }, models: { m: {} } }
const LINES = [
  'new:',
  '  kind: openai-chat',
  '  provider: mistral',
  '  authentication: { kind: key, keyFile: "a: b" }',
  '  models: { m: {} }',
]
const lines = (indent: string) => LINES.map((line) => `${indent}${line}\n`).join('')
const EXAMPLES = globSync('examples/*/allod.yaml', { cwd: PROJECT }).map((name) => readFileSync(join(PROJECT, name), 'utf8'))

test('in every example, adding only adds lines, and removing what was added gives the text back', () => {
  assert.ok(EXAMPLES.length >= 5)
  for (const text of EXAMPLES) {
    const added = withEntry(text, 'endpoints', 'new', ENTRY)
    assert.equal(added.replace(lines('  '), ''), text)
    assert.equal(withoutEntry(added, 'endpoints', 'new'), text)
  }
})

test('in every example, each endpoint can be taken out without touching another line', () => {
  for (const text of EXAMPLES) {
    const map = parseDocument(text).get('endpoints')
    assert.ok(isMap(map))
    if (map.items.length < 2) continue
    for (const { key } of map.items) {
      const left = withoutEntry(text, 'endpoints', String(key))
      const kept = new Set(text.split('\n'))
      assert.ok(left.split('\n').every((line) => kept.has(line)))
      assert.equal(parseDocument(left).hasIn(['endpoints', String(key)]), false)
    }
  }
})

const CASES: readonly [name: string, before: string, after: string][] = [
  [
    'a comment behind the last value stays with it',
    'endpoints:\n    a: 1 # one\nb: 2\n',
    `endpoints:\n    a: 1 # one\n${lines('    ')}b: 2\n`,
  ],
  ['no line end at the end', 'endpoints:\n  a: 1', `endpoints:\n  a: 1\n${lines('  ')}`],
  ['a block of text is not cut', 'endpoints:\n  a: |\n    x\n\nb: 2\n', `endpoints:\n  a: |\n    x\n${lines('  ')}\nb: 2\n`],
]
for (const [name, before, after] of CASES) test(name, () => assert.equal(withEntry(before, 'endpoints', 'new', ENTRY), after))

test('what is no block is written anew, with its comments and its order', () => {
  const cases = ['# top\nz: 1\nendpoints: {a: {b: 1}} # here\nc: [1]\n', '# top\nz: 1\nendpoints: {}\nc: [1]\n', '# top\nz: 1\nc: [1]\n']
  for (const text of cases) {
    const added = withEntry(text, 'endpoints', 'new', ENTRY)
    const value = parseDocument(added).toJS()
    assert.deepEqual(value.endpoints.new, ENTRY)
    assert.deepEqual(Object.keys(value).slice(0, 1), ['z'])
    assert.ok(added.startsWith('# top'))
    assert.deepEqual(parseDocument(withoutEntry(added, 'endpoints', 'new')).toJS().endpoints, parseDocument(text).toJS().endpoints ?? {})
  }
})

test('an item is the last of a list, and every other byte stays', () => {
  const row = { id: 'o1', subject: 'endpoint:x', note: 'a: b # c' }
  const line = '- { id: o1, subject: endpoint:x, note: "a: b # c" }'
  assert.equal(withItems('a: 1 # why\n# end\n', 'facts', 'rows', [row]), `a: 1 # why\n# end\nfacts:\n  rows:\n    ${line}\n`)
  assert.equal(
    withItems('facts:\n  days: 3 # why\n# end\n', 'facts', 'rows', [row]),
    `facts:\n  days: 3 # why\n  rows:\n    ${line}\n# end\n`,
  )
  const list = 'facts:\n  rows:\n    # first\n    - { id: a } # x\n    - id: b\n      n: 2\n  # tail\nb: 2\n'
  const longer = withItems(list, 'facts', 'rows', [row, row])
  assert.equal(longer, list.replace('  # tail', `    ${line}\n    ${line}\n  # tail`))
  assert.equal(withoutItems(longer, 'facts', 'rows', [2, 3]), list)
  assert.equal(withItems(list, 'facts', 'rows', []), list)
})

test('an item goes with its lines alone; what cannot be cut out means the same when it is written anew', () => {
  const list = 'facts:\n  rows:\n    # first\n    - { id: a } # x\n    - id: b\n      n: 2\nb: 2 # kept\n'
  assert.equal(withoutItems(list, 'facts', 'rows', [1]), list.replace('    - id: b\n      n: 2\n', ''))
  assert.deepEqual(parse(withoutItems(list, 'facts', 'rows', [0, 1])), { facts: { rows: [] }, b: 2 })
  const flow = withItems('facts: { rows: [{ id: a }] } # why\n', 'facts', 'rows', [{ id: 'b' }])
  assert.deepEqual(parse(flow), { facts: { rows: [{ id: 'a' }, { id: 'b' }] } })
  assert.match(flow, /# why/)
})
