// JSON lines, text by line and by paragraph, CSV: cut, sliced, unescaped, told where they stand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { memoryFile, readAll, reasonsOf, textsOf } from './fixtures.test.ts'

/** Texts as people write them, and what tries a scanner: quotes, backslashes, brackets, controls, pairs of surrogates. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', ':', 'é', '𝕏', 'a', '\u0001'), minLength: 1, maxLength: 40 }),
)
const nested = fc.jsonValue({ maxDepth: 3 })

test('the text of any JSON object is what JSON.parse finds, however it is written and wherever the file is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ before: nested, text, after: nested, escaped: fc.boolean(), spaced: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.integer({ min: 1, max: 64 }),
      async (rows, most) => {
        const lines = rows.map(({ before, text: words, after, escaped, spaced }) => {
          const json = JSON.stringify({ '': before, 'a"\\': after, text: words, text2: 'no', z: [after] }, null, spaced ? '\t' : 0)
          const line = json.replaceAll('\n', ' ')
          return escaped ? line.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : line
        })
        const bytes = Buffer.from(lines.join('\n'))
        const found = await readAll('x.jsonl', bytes, {}, { file: memoryFile('x.jsonl', bytes, { most }) })
        const whole = rows.filter((row) => row.text.isWellFormed())
        assert.deepEqual(
          textsOf(found),
          whole.map((row) => row.text),
        )
        for (const { offset, length, text: words } of found.documents)
          assert.equal(JSON.parse(bytes.toString('utf8', offset, offset + length)).text, words)
      },
    ),
    { numRuns: 100 },
  )
})

test('whatever bytes a line has, it is a document or a refusal with its place, and the next line is read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 30 }),
          fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0aetx \t'), maxLength: 30 }).map((line) => Buffer.from(line)),
        ),
        { maxLength: 6 },
      ),
      async (lines) => {
        const good = Buffer.from('{"text":"good"}')
        const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n'), good, Buffer.from('\n')]))
        const found = await readAll('x.jsonl', bytes)
        const isOurs = new Set(found.documents.filter((each) => each.text === 'good').map(({ offset }) => offset))
        assert.ok(isOurs.size >= lines.length)
        for (const { offset, length, reason } of found.refusals) {
          assert.ok(length > 0 && offset + length <= bytes.length && reason.length > 10)
        }
      },
    ),
    { numRuns: 120 },
  )
})

test('each record is in exactly one slice, whatever the slices', async () => {
  const pieces = fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', '\n\n', '\r\n\r\n', 'é', ' '), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(
      pieces,
      fc.boolean(),
      fc.constantFrom('line', 'paragraph'),
      fc.array(fc.nat(80), { maxLength: 5 }),
      async (parts, hasMark, documents, cuts) => {
        const bytes = Buffer.from((hasMark ? '\ufeff' : '') + parts.join(''))
        const whole = await readAll('x.txt', bytes, { documents })
        const places = [0, ...cuts.toSorted((a, b) => a - b), Number.POSITIVE_INFINITY]
        const shared = []
        for (const [index, from] of places.slice(0, -1).entries())
          shared.push(...(await readAll('x.txt', bytes, { documents }, { slice: { from, to: places[index + 1] ?? 0 } })).documents)
        assert.deepEqual(shared, whole.documents)
        if (documents === 'line') {
          const expected = parts
            .join('')
            .split(/\r?\n/)
            .map((line) => line.replace(/^\r+|\r+$/g, ''))
            .filter((line) => line !== '')
          assert.deepEqual(textsOf(whole), expected)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('a slice within a line that is longer than it reads no further than itself', async () => {
  const mega = 1 << 20
  const bytes = Buffer.concat([Buffer.alloc(40 * mega, 'x'), Buffer.from('\nend')])
  let read = 0
  const file = memoryFile('x.txt', bytes)
  const count = (offset: number, length: number) => {
    read += length
    return file.read(offset, length)
  }
  const found = await readAll(
    'x.txt',
    bytes,
    { documents: 'line' },
    { file: { ...file, read: count }, slice: { from: 8 * mega, to: 16 * mega } },
  )
  assert.deepEqual([found.documents, found.refusals], [[], []])
  assert.ok(read <= 11 * mega, `it read ${read} bytes`)
  const last = await readAll('x.txt', bytes, { documents: 'line' }, { slice: { from: 32 * mega, to: 48 * mega } })
  assert.deepEqual(textsOf(last), ['end'])
})

test('a paragraph ends at an empty line, and its place is to the byte', async () => {
  const bytes = 'One.\nStill one.\n\n\nTwo.\r\n\r\nThree.'
  const { documents } = await readAll('x.txt', bytes, { documents: 'paragraph' })
  assert.deepEqual(
    documents.map(({ text: words, offset }) => [words, offset]),
    [
      ['One.\nStill one.', 0],
      ['Two.', 18],
      ['Three.', 26],
    ],
  )
})

test('packed files give what plain ones give, in one part or in many', async () => {
  const rows = Array.from({ length: 2000 }, (_, row) => JSON.stringify({ text: `Row ${row} ${'é'.repeat(row % 50)}` }))
  const plain = Buffer.from(rows.join('\n'))
  const half = plain.length >> 1
  const parts = [plain.subarray(0, half), plain.subarray(half)]
  const expected = await readAll('x.jsonl', plain)
  for (const [name, bytes] of [
    ['x.jsonl.gz', gzipSync(plain)],
    ['x.jsonl.gz', Buffer.concat(parts.map((part) => gzipSync(part)))],
    ['x.jsonl.zst', zstdCompressSync(plain)],
    ['x.jsonl.zst', Buffer.concat(parts.map((part) => zstdCompressSync(part)))],
    ['x.jsonl', zstdCompressSync(plain)],
  ] as const)
    assert.deepEqual(await readAll(name, bytes), expected, name)
})

test('other encodings are told, and places are those of the file', async () => {
  const lines = ['Ærlig talt', 'čas', '€ 5', 'plain']
  for (const encoding of ['utf-16le', 'utf-16be', 'windows-1252'] as const) {
    const words = encoding === 'windows-1252' ? lines.filter((line) => line !== 'čas') : lines
    const bytes = encoded(words.join('\n'), encoding)
    const marked = encoding === 'windows-1252' ? bytes : Buffer.concat([encoded('\ufeff', encoding), bytes])
    const found = await readAll('x.txt', marked, { documents: 'line', encoding: encoding === 'windows-1252' ? encoding : 'utf-8' })
    assert.deepEqual(textsOf(found), words, encoding)
    for (const { text: line, offset, length } of found.documents)
      assert.deepEqual(marked.subarray(offset, offset + length), encoded(line, encoding))
  }
})
const encoded = (words: string, encoding: 'utf-16le' | 'utf-16be' | 'windows-1252'): Buffer => {
  if (encoding === 'windows-1252') return Buffer.from(words.replaceAll('€', '\u0080'), 'latin1')
  const bytes = Buffer.from(words, 'utf16le')
  return encoding === 'utf-16be' ? bytes.swap16() : bytes
}

test('members say what holds for a record; what they say wins even where nobody understands it', async () => {
  const rows = [
    { text: 'a', id: 7, meta: { license: 'https://creativecommons.org/licenses/by-sa/4.0/' }, lang: 'slv', date: '1891-04-01' },
    { text: 'b', meta: { license: 'ask us' }, lang: '??' },
    { text: 'c' },
  ]
  const declared = {
    members: { name: 'id', licence: 'meta.license', language: 'lang', period: 'date' },
    terms: { licence: 'CC0-1.0', language: 'et', owner: 'The Office' },
  }
  const { documents } = await readAll('x.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'), declared)
  assert.deepEqual(
    documents.map(({ name, terms: { licence, language, period, owner } }) => ({ name, licence, language, period, owner })),
    [
      { name: '7', licence: 'CC-BY-SA-4.0', language: 'sl', period: '1891', owner: 'The Office' },
      { name: '', licence: 'LicenseRef-ask-us', language: null, period: null, owner: 'The Office' },
      { name: '', licence: 'CC0-1.0', language: 'et', period: null, owner: 'The Office' },
    ],
  )
})

test('a member is UTF-8, whatever the page or the edition in it says of its encoding', async () => {
  const words = 'Õhtul läks päike looja, ja keegi ei teadnud enam, kust need jutud olid alguse saanud.'
  for (const [content, text] of [
    ['html', `<meta charset="iso-8859-1"><p>${words}</p>`],
    ['tei', `<?xml version="1.0" encoding="ISO-8859-1"?><TEI><text><p>${words}</p></text></TEI>`],
    ['text', `\ufeff${words}`],
  ] as const) {
    const { documents } = await readAll('x.jsonl', JSON.stringify({ text }), { content })
    assert.equal(documents[0]?.text, content === 'text' ? text : words)
  }
})

test('what is wrong with a line is said with its place', async () => {
  const rows: [line: string | Buffer, reason: RegExp][] = [
    ['{"other":1}', /no member `text`/],
    ['{"text":5}', /text is no string/],
    ['{"text":""}', /text is empty/],
    ['["text"]', /no JSON object/],
    ['{"text":"a"} x', /something follows/],
    ['{"text":"a', /ends within a string/],
    ['{"text":"a\\x"}', /no JSON object from byte 10 on/],
    ['{"text":"\\ud800"}', /no JSON object from byte/],
    ['{"text":"a\u0001"}', /control character/],
    ['{"a":[[[}', /ends within a value/],
    [Buffer.from('{"text":"caf\xe9"}', 'latin1'), /byte 12 of the record is 0xe9\); declare/],
  ]
  for (const [line, reason] of rows) {
    const { documents, refusals } = await readAll(
      'x.jsonl',
      Buffer.concat([Buffer.from('{"text":"before"}\n'), Buffer.from(line), Buffer.from('\n{"text":"after"}')]),
    )
    assert.deepEqual(textsOf({ documents, refusals }), ['before', 'after'])
    assert.equal(refusals.length, 1)
    assert.match(refusals[0]?.reason ?? '', reason)
    assert.equal(refusals[0]?.offset, 18)
    assert.equal(refusals[0]?.length, Buffer.from(line).length)
  }
})

test('any table comes back from its CSV', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', ';'), minLength: 1, maxLength: 12 })
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      async (rows, most) => {
        const bytes = Buffer.from(['id,text', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n'))
        const { documents, refusals } = await readAll(
          'x.csv',
          bytes,
          { members: { name: 'id' } },
          { file: memoryFile('x.csv', bytes, { most }) },
        )
        assert.deepEqual(refusals, [])
        assert.deepEqual(
          documents.map(({ name, text: words }) => [name, words]),
          rows,
        )
      },
    ),
    { numRuns: 120 },
  )
})

test('a table of tabs is known by its name', async () => {
  assert.deepEqual(textsOf(await readAll('x.tsv', 'text\tn\nOne, two\t1\n')), ['One, two'])
  assert.deepEqual(textsOf(await readAll('x.tsv', 'text|n\nOne, two|1\n', { csv: { separator: '|' } })), ['One, two'])
})

test('a CSV that breaks its own rules costs the rows that break them', async () => {
  const found = await readAll('x.csv', 'text;n\na;1\n"b"x;2\nc;3;4\nd;5\n', { csv: { separator: ';' } })
  assert.deepEqual(textsOf(found), ['a', 'd'])
  assert.match(reasonsOf(found)[0] ?? '', /follows a closed quote/)
  assert.match(reasonsOf(found)[1] ?? '', /3 fields; the columns are 2/)
  assert.match(reasonsOf(await readAll('x.csv', 'a,b\n1,2'))[0] ?? '', /no column `text`, only `a`, `b`/)
})
