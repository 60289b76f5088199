// Parquet as others write it, and as nobody should: every encoding and packing comes back, and no change of a byte takes anything down.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { readAll, reasonsOf, textsOf } from './fixtures.test.ts'
import { unsnappy } from './parquet/snappy.ts'

const TEXTS = Array.from(
  { length: 500 },
  (_, row) => `Document ${row}: ${'tere õhtust, maailm; '.repeat(row % 37)}${row % 7 === 0 ? '𝕏' : ''}`,
)

const written = (columns: ColumnSource[], options: { codec?: 'UNCOMPRESSED' | 'SNAPPY'; rowGroupSize?: number } = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: columns, ...options }))

test('what another writer wrote comes back: groups, packings, dictionaries, deltas, nulls, members', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-parquet-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const duck = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await duck.connect()
  await connection.run(`create table t as select * from (
    select i, 'Document ' || i || ': ' || repeat('tere õhtust, ', (i % 37)::int) as text, 'licence ' || (i % 3) as licence,
    case when i % 5 = 0 then null else 'et' end as lang, date '1900-01-01' + (i * 400)::int as published, i * 1000000007 as number
    from range(3000) r(i)) order by i`)
  const rows = await (
    await connection.runAndReadAll('select text, lang, year(published)::varchar as year, number::varchar as number from t')
  ).getRows()
  const declared = { members: { name: 'number', licence: 'licence', language: 'lang', period: 'published' }, terms: { language: 'fi' } }
  for (const [codec, version] of [
    ['uncompressed', 'V1'],
    ['snappy', 'V2'],
    ['gzip', 'V1'],
    ['zstd', 'V2'],
    ['brotli', 'V1'],
  ]) {
    const path = join(folder, `${codec}-${version}.parquet`)
    await connection.run(`copy t to '${path}' (format parquet, codec '${codec}', parquet_version '${version}', row_group_size 1000)`)
    const { documents, refusals } = await readAll('t.parquet', readFileSync(path), declared)
    assert.deepEqual(refusals, [], `${codec} ${version}`)
    assert.deepEqual(
      documents.map(({ text, name, terms }) => [text, terms.language, terms.period, name]),
      rows.map(([text, language, year, number]) => [text, language ?? 'fi', year, number]),
      `${codec} ${version}`,
    )
    assert.equal(new Set(documents.map(({ offset }) => offset)).size, 2)
  }
  connection.closeSync()
  duck.closeSync()
})

test('a pure writer’s file comes back, in slices too', async () => {
  const bytes = written(
    [
      { name: 'text', data: TEXTS, type: 'STRING' },
      { name: 'id', data: TEXTS.map((_, row) => row), type: 'INT32' },
    ],
    { rowGroupSize: 100 },
  )
  const whole = await readAll('x.parquet', bytes, { members: { name: 'id' } })
  assert.deepEqual(textsOf(whole), TEXTS)
  const places = [0, 1000, 5000, bytes.length / 2, Number.POSITIVE_INFINITY]
  const shared = []
  for (const [index, from] of places.slice(0, -1).entries())
    shared.push(
      ...(await readAll('x.parquet', bytes, { members: { name: 'id' } }, { slice: { from, to: places[index + 1] ?? 0 } })).documents,
    )
  assert.deepEqual(shared, whole.documents)
})

test('what cannot be read is said', async () => {
  const numbers = written([{ name: 'text', data: [1, 2], type: 'INT32' }])
  const rows: [bytes: Uint8Array, reason: RegExp][] = [
    [written([{ name: 'body', data: ['a'], type: 'STRING' }]), /no column `text`, only `body`/],
    [numbers, /column `text` holds no text/],
    [Buffer.from('PAR1'), /shorter than any Parquet file/],
    [Buffer.from('no Parquet at all, but long enough'), /does not end as a Parquet file does/],
    [numbers.subarray(0, numbers.length - 3), /does not end as a Parquet file does/],
    [
      Buffer.concat([Buffer.from('PAR1'), Buffer.from([0xff, 0xff, 0xff, 0x7f]), Buffer.from('PAR1')]),
      /footer has 2147483647 bytes by its own account/,
    ],
  ]
  for (const [bytes, reason] of rows) assert.match(reasonsOf(await readAll('x.parquet', bytes))[0] ?? 'read', reason)
})

test('whatever bytes are changed or cut, it is read or refused', async () => {
  const files = [
    written(
      [
        { name: 'text', data: TEXTS.slice(0, 60), type: 'STRING' },
        { name: 'lang', data: TEXTS.slice(0, 60).map((_, row) => (row % 3 === 0 ? 'et' : 'fi')), type: 'STRING' },
      ],
      { codec: 'SNAPPY', rowGroupSize: 20 },
    ),
    written(
      [{ name: 'text', data: TEXTS.slice(0, 60).map((text, row) => (row % 4 === 0 ? null : text)), type: 'STRING', nullable: true }],
      { codec: 'UNCOMPRESSED' },
    ),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      async (file, changes, cut) => {
        const bytes = Buffer.from(file.subarray(0, Math.ceil(file.length * Math.min(1, cut))))
        // Heads of pages and the footer are where a change does most.
        for (const [place, value] of changes)
          bytes[Math.floor((place < 0.5 ? place * 0.1 : 1 - (1 - place) * 0.5) * (bytes.length - 1))] = value
        const { documents, refusals } = await readAll('x.parquet', bytes, { members: { language: 'lang' } })
        assert.ok(documents.length <= 100_000)
        for (const { reason } of refusals) assert.match(reason, /^[a-z].{10,}/)
      },
    ),
    { numRuns: 600 },
  )
})

test('Snappy unpacks what it packed, and nothing longer', () => {
  // A literal, a copy that reaches into itself, a copy from far back with two bytes of place.
  const packed = Uint8Array.from([10, (3 - 1) << 2, 0x61, 0x62, 0x63, 0x01 | ((7 - 4) << 2), 3])
  assert.equal(Buffer.from(unsnappy(packed, 10)).toString(), 'abcabcabca')
  for (const length of [9, 11]) assert.throws(() => unsnappy(packed, length), /not whole as Snappy/)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(100), (bytes, length) => {
      try {
        assert.equal(unsnappy(bytes, length).length, length)
      } catch (thrown) {
        assert.match(String(thrown), /not whole as Snappy/)
      }
    }),
  )
})
