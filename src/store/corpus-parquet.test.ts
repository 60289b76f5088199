import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BUILDING, type Given, harvestOf } from '../../test/corpus/data-set-fixture.ts'
import { build } from '../corpus/publish/build.ts'
import { DocumentIndex } from '../corpus/publish/index-file.ts'
import { COLUMNS, type DatasetRow, rowEntry } from '../corpus/publish/row.ts'
import { createRowTables } from './corpus-parquet.ts'

const tables = createRowTables(COLUMNS)
const texts = Array.from(
  { length: 5000 },
  (_, i): Given => ({
    text: `člen ${i}: vsi ljudje so rojeni svobodni, ${'in '.repeat(i % 40)}enaki`,
    language: 'sl',
    name: `n${i}`,
    offset: i,
  }),
)

const inFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-parquet-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const write = async (folder: string, ...packs: readonly (readonly Given[])[]) => {
  const writer = await tables.write(folder)
  assert.ok(writer.ok)
  const built = build({ ...BUILDING, harvest: harvestOf(...packs), writer: writer.value })
  assert.ok(built.ok, built.ok ? '' : built.error.message)
  const files = await writer.value.finish()
  assert.ok(files.ok, files.ok ? '' : files.error.message)
  return { files: files.value, built: built.value }
}

const all = async <T>(each: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const one of each) found.push(one)
  return found
}

const readAll = async (folder: string): Promise<readonly DatasetRow[]> => {
  const rows: DatasetRow[] = []
  const parts = readdirSync(folder)
    .filter((name) => name.endsWith('.parquet'))
    .sort()
  for await (const some of tables.read(parts.map((name) => join(folder, name)))) {
    assert.ok(some.ok, some.ok ? '' : some.error.message)
    rows.push(...some.value)
  }
  return rows
}

test('the same rows give the same bytes, in whatever order and packs they come', async () => {
  await inFolder(async (first) => {
    const { files } = await write(first, texts)
    await inFolder(async (second) => {
      const turned = texts.toReversed()
      const { files: again } = await write(second, turned.slice(0, 1234), turned.slice(1234))
      assert.deepEqual(again, files)
    })
    assert.deepEqual(readdirSync(first).sort(), ['documents.index', 'part-00000.parquet'])
    for (const { path, sha256, bytes } of files) {
      const content = readFileSync(join(first, path))
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256)
      assert.equal(content.length, bytes)
    }
  })
})

test('what is read is what was written, sorted by id, and each row has its entry in the index', async () => {
  await inFolder(async (folder) => {
    await write(folder, texts.slice(0, 100), [{ text: 'piši na ana@example.si', language: 'sl', terms: { region: null } }])
    const rows = await readAll(folder)
    assert.equal(rows.length, 101)
    const index = new DocumentIndex(readFileSync(join(folder, 'documents.index')))
    assert.equal(index.count, 101)
    assert.ok(index.isSorted())
    rows.forEach((row, at) => {
      assert.equal(row.id, index.idAt(at))
      assert.equal(Buffer.from(rowEntry(row)).toString('hex'), index.prove(at).entry)
    })
    const mail = rows.find(({ text }) => Buffer.from(text).toString().startsWith('piši'))
    assert.equal(Buffer.from(mail?.text ?? []).toString(), 'piši na [EMAIL]')
    assert.equal(mail?.cells.get('language'), 'sl')
    assert.equal(mail?.cells.get('licence'), 'CC-BY-4.0')
    assert.equal(mail?.cells.has('region'), false)
    assert.equal(mail?.id, createHash('sha256').update('piši na ana@example.si').digest('hex'))
  })
})

test('a damaged file is a failure that says so', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'part-00000.parquet'), 'PAR1 this is none PAR1')
    const [first] = await all(tables.read([join(folder, 'part-00000.parquet')]))
    assert.equal(first?.ok, false)
    assert.match(first?.ok === false ? first.error.message : '', /cannot read the tables of `part-00000.parquet`: /)
  })
})

test('it neither reads nor writes outside its folder', async () => {
  await inFolder(async (folder) => {
    await write(folder, texts.slice(0, 3))
    const read = await all(tables.read([join(folder, 'part-00000.parquet'), '/etc/passwd']))
    assert.deepEqual(
      read.map(({ ok }) => ok),
      [true, false],
    )
    assert.match(JSON.stringify(read[1]), /ermission|access/)
  })
})
