// What is written to take a pipeline down: each file says why it is not read, what stands beside it is read, and memory stays bounded.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { zip } from '../../src/corpus/read/fixtures.test.ts'

const MB = 1024 * 1024
/** One record's worth of a buffer, what it unpacks to, and the kernel's copy, with room for the collector. */
const MOST_GROWTH = 640 * MB

const repeated = (bytes: Buffer, times: number): Buffer => Buffer.concat(Array.from({ length: times }, () => bytes))
const parquet = (): Buffer =>
  Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data: ['A row', 'Another row'], type: 'STRING' }], codec: 'UNCOMPRESSED' }))
const response = (length: number, body: string): string =>
  `WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: urn:x\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${body}\r\n\r\n`

/** Ends of pages’ heads and the footer’s places, changed to what they are not. */
const brokenParquet = (): Buffer => {
  const bytes = parquet()
  bytes.fill(0xff, 6, 12)
  return bytes
}

const FILES: Readonly<Record<string, { readonly bytes: Buffer | string; readonly documents: readonly string[]; readonly reason: RegExp }>> =
  {
    'bomb.jsonl.zst': {
      bytes: repeated(zstdCompressSync(Buffer.alloc(64 * MB)), 64),
      documents: [],
      reason: /more than 500 times its size, as a bomb does/,
    },
    'bomb.txt.gz': {
      bytes: Buffer.concat([gzipSync('good line\n'), repeated(gzipSync(Buffer.alloc(16 * MB)), 256)]),
      documents: ['good line'],
      reason: /from here on: it unpacks to more than 500 times its size/,
    },
    'bomb.docx': {
      bytes: zip({ 'word/document.xml': Buffer.alloc(80 * MB) }),
      documents: [],
      reason: /more than 67108864 bytes, as a bomb is/,
    },
    'broken.parquet': { bytes: brokenParquet(), documents: [], reason: /row group is broken/ },
    'cut.jsonl.gz': {
      bytes: gzipSync('{"text":"whole"}\n{"text":"cut off"}').subarray(0, 45),
      documents: ['whole'],
      reason: /not whole as gzip: unexpected end of file/,
    },
    'cyclic.xml': {
      bytes: '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a>&a;</a>',
      documents: [],
      reason: /entity `a` contains itself/,
    },
    'deep.html': { bytes: '<div><b>'.repeat(2_000_000), documents: [], reason: /nested deeper than 5000/ },
    'deep.jsonl': {
      bytes: `{"text":"before"}\n{"text":${'['.repeat(20 * MB)}\n{"text":"after"}\n`,
      documents: ['before', 'after'],
      reason: /text is no string|no JSON object|ends within/,
    },
    'huge.warc': {
      bytes: response(4, 'good') + response(3e12, 'lie') + response(5, 'after'),
      documents: ['good', 'after'],
      reason: /3000000000000 bytes by its head/,
    },
    'lying.warc': {
      bytes: response(4, 'good') + response(9_999, 'lie') + response(5, 'after'),
      documents: ['good', 'after'],
      reason: /no record follows|file ends/,
    },
    'mixed.txt': {
      bytes: Buffer.from('caf\xc3\xa9\ncaf\xe9\nplain\n', 'latin1'),
      documents: ['café', 'plain'],
      reason: /not UTF-8 \(byte 3 of the record is 0xe9\)/,
    },
    'nested.jsonl.gz': { bytes: gzipSync(gzipSync('{"text":"deep down"}')), documents: [], reason: /archives within files are not opened/ },
    'nested.txt': { bytes: Buffer.from('PK\x03\x04 and so on'), documents: [], reason: /archives within files are not opened/ },
    'not-packed.jsonl.gz': { bytes: '{"text":"plain"}', documents: [], reason: /first bytes are of neither gzip nor zstd/ },
    'quote.csv': {
      bytes: Buffer.concat([Buffer.from('text\n"never closed\n'), Buffer.alloc(70 * MB, 'a'), Buffer.from('\nlast\n')]),
      documents: ['last'],
      reason: /quote opens in its row and does not close/,
    },
    'unknown.bin': { bytes: 'anything', documents: [], reason: /name does not say its format/ },
  }

test('hostile files are refused with their reasons, the others are read, and memory stays bounded', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-hostile-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [name, { bytes }] of Object.entries(FILES)) writeFileSync(join(folder, name), bytes)
  // A line of 2 GB that takes no room on the disk, between two that are read.
  const long = join(folder, 'long.jsonl')
  writeFileSync(long, '{"text":"before"}\n')
  truncateSync(long, 2 ** 31)
  const end = openSync(long, 'r+')
  writeSync(end, '\n{"text":"after"}\n', 2 ** 31)
  closeSync(end)

  const child = spawnSync(process.execPath, [join(import.meta.dirname, 'hostile-sources.ts'), folder], {
    maxBuffer: 64 * MB,
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(child.status, 0, child.stderr)
  const { files, grownBy } = JSON.parse(child.stdout) as {
    files: Record<string, { documents: string[]; reasons: string[] }>
    grownBy: number
  }
  for (const [name, { documents, reason }] of Object.entries(FILES)) {
    const came = files[name] ?? assert.fail(name)
    assert.ok(
      came.reasons.some((each) => reason.test(each)),
      `${name}: ${came.reasons}`,
    )
    assert.deepEqual(came.documents, documents, name)
  }
  assert.deepEqual(files['long.jsonl']?.documents, ['before', 'after'])
  assert.match(files['long.jsonl']?.reasons[0] ?? '', /its line has 2147483630 bytes; 67108864 are read/)
  t.diagnostic(`memory grew by ${Math.round(grownBy / MB)} MB`)
  assert.ok(grownBy < MOST_GROWTH, `memory grew by ${grownBy} bytes`)
})
