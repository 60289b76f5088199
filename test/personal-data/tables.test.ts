import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { IDENTIFIER_RULES } from '../../src/personal-data/identifiers.ts'
import { alone, measure, samples, tables, unseenTable } from './measure.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/personal-data.md'), 'utf8')
const UPDATE = 'run `node test/personal-data/measure.ts` and put what it prints into docs/personal-data.md'

test('the documentation says what is measured', () => {
  const all = samples()
  const measured = measure(all)
  assert.ok(page.includes(tables(measured)), UPDATE)
  assert.ok(page.includes(unseenTable()), UPDATE)
  assert.ok(page.includes(alone()), UPDATE)
  assert.ok(all.filter((sample) => sample.class === undefined).length > all.length / 2, 'most values of the set are nobody’s')
  // So much is promised; the tables say how much more it is.
  for (const [name, { there, found, marked, right }] of [...measured.classes, ...measured.languages]) {
    assert.ok(found >= 0.95 * there, `${name}: ${found} of ${there} were found`)
    assert.ok(right >= 0.9 * marked, `${name}: ${right} of ${marked} are right`)
  }
})

test('the documentation names every identifier', () => {
  const missing = IDENTIFIER_RULES.filter((rule) => !page.includes(`\`${rule.class}\``))
  assert.deepEqual(
    missing.map((rule) => rule.class),
    [],
  )
})
