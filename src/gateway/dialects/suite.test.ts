// The suite that every dialect must pass is `test/dialects/suite.ts`; a dialect's folder calls it from its own `suite.test.ts`.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DIALECTS } from './index.ts'

test('every dialect of the table is called by its name and put through the shared suite', () => {
  for (const [name, dialect] of Object.entries(DIALECTS)) {
    assert.equal(dialect.name, name)
    assert.match(readFileSync(`${import.meta.dirname}/${name}/suite.test.ts`, 'utf8'), /^testDialect\(/m)
  }
})
