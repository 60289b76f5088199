// The suite that every dialect must pass is `test/dialects/suite.ts`; a dialect's folder calls it from its own `suite.test.ts`.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DIALECTS, SERVICE_ROWS } from './index.ts'
import type { ServiceRow } from './service.ts'

const rows: readonly ServiceRow[] = SERVICE_ROWS

test('every dialect of the table is called by its name and put through the shared suite', () => {
  for (const [name, dialect] of Object.entries(DIALECTS)) {
    assert.equal(dialect.name, name)
    assert.match(readFileSync(`${import.meta.dirname}/${name}/suite.test.ts`, 'utf8'), /^testDialect\(/m)
  }
})

test('every dialect has callers of its own, each service is asked at paths of its own, and errors are written as its callers read them', () => {
  for (const dialect of Object.values(DIALECTS))
    assert.ok(
      rows.some(({ codec, paths }) => codec === dialect && paths.length > 0),
      dialect.name,
    )
  assert.equal(new Set(rows.map(({ route }) => route)).size, rows.length)
  const places = rows.flatMap(({ paths }) => paths.map((path) => (typeof path === 'string' ? path : path.pattern.source)))
  assert.equal(new Set(places).size, places.length)
  const fixed = rows.flatMap(({ paths }) => paths.filter((path) => typeof path === 'string'))
  for (const { paths } of rows)
    for (const path of paths) if (typeof path !== 'string') for (const each of fixed) assert.doesNotMatch(each, path.pattern)
  for (const { kind, codec, dialect } of rows) if (kind === 'chat') assert.equal(codec.name, dialect)
})

test('an endpoint is asked each kind of question in one way', () => {
  for (const kind of ['embeddings', 'rerank', 'count'] as const) {
    const asked = rows.filter((row) => row.kind === kind).flatMap(({ asks = [] }) => asks)
    assert.ok(asked.length > 0 && new Set(asked).size === asked.length, kind)
  }
})
