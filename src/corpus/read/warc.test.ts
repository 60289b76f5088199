// Crawls: records to the byte, lengths that lie, codings, and the reservations that were captured with the pages.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { memoryFile, readAll, reasonsOf, textsOf } from './fixtures.test.ts'

type Given = {
  readonly uri?: string
  readonly type?: string
  readonly media?: string
  readonly length?: number | string
  readonly date?: string
}
const record = (
  block: Buffer | string,
  {
    uri = 'https://example.org/',
    type = 'response',
    media = 'application/http; msgtype=response',
    length,
    date = '2026-03-04',
  }: Given = {},
): Buffer =>
  Buffer.concat([
    Buffer.from(
      `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Target-URI: ${uri}\r\nWARC-Date: ${date}T00:00:00Z\r\nContent-Type: ${media}\r\nContent-Length: ${length ?? Buffer.byteLength(block)}\r\n\r\n`,
    ),
    Buffer.from(block),
    Buffer.from('\r\n\r\n'),
  ])
const http = (body: Buffer | string, headers = 'Content-Type: text/plain', status = 200): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Fine\r\n${headers}\r\n\r\n`), Buffer.from(body)])
const page = (uri: string, text: string, headers?: string): Buffer => record(http(text, headers), { uri })

test('pages come with their address and their place to the byte; pictures, requests and redirections are none', async () => {
  const parts = [
    record('software: x', { type: 'warcinfo', media: 'application/warc-fields' }),
    page('https://a.org/1', 'First page'),
    record('GET / HTTP/1.1\r\n\r\n', { type: 'request' }),
    record(http('moved', 'Content-Type: text/plain\r\nLocation: /2', 301)),
    record(http('GIF89a', 'Content-Type: image/gif')),
    page('<https://a.org/2>', 'Second — page'),
    record('A text that was made of a page', { type: 'conversion', media: 'text/plain', uri: 'https://a.org/3' }),
  ]
  const bytes = Buffer.concat(parts)
  const expected = [1, 5, 6].map((index) => {
    const offset = parts.slice(0, index).reduce((sum, { length }) => sum + length, 0)
    return [offset, (parts[index]?.length ?? 0) - 4]
  })
  for (const [name, file] of [
    ['x.warc', bytes],
    ['x.warc.gz', Buffer.concat(parts.map((part) => gzipSync(part)))],
    ['x.warc.zst', zstdCompressSync(bytes)],
  ] as const) {
    const found = await readAll(name, file)
    assert.deepEqual(textsOf(found), ['First page', 'Second — page', 'A text that was made of a page'], name)
    assert.deepEqual(
      found.documents.map(({ name: uri }) => uri),
      ['https://a.org/1', 'https://a.org/2', 'https://a.org/3'],
    )
    assert.deepEqual(
      found.documents.map(({ offset, length }) => [offset, length]),
      expected,
    )
    assert.deepEqual(found.refusals, [])
  }
})

test('a record that lies about its length costs itself, and no other', async () => {
  const lies: [given: Given, reason: RegExp][] = [
    [{ length: 5 }, /has 5 bytes by its head, and no record follows there/],
    [{ length: 200 }, /has 200 bytes by its head, and no record follows there/],
    [{ length: 10_000 }, /the file ends \d+ before/],
    [{ length: 1e12 }, /1000000000000 bytes by its head; 67108864 are read/],
    [{ length: 'many' }, /length `many` is no number/],
    [{ length: -1 }, /length `-1` is no number/],
  ]
  for (const [given, reason] of lies) {
    const bytes = Buffer.concat([
      page('https://a.org/1', 'Before'),
      record(http('Lies'), given),
      page('https://a.org/2', 'After'),
      page('https://a.org/3', 'And after'),
    ])
    const found = await readAll('x.warc', bytes)
    assert.deepEqual(textsOf(found), ['Before', 'After', 'And after'], String(reason))
    assert.equal(found.refusals.length, 1)
    assert.match(reasonsOf(found)[0] ?? '', reason)
  }
})

test('what stands between records is told, and the next record read', async () => {
  const found = await readAll(
    'x.warc',
    Buffer.concat([Buffer.from('garbage\r\nmore'), Buffer.from('\r\n'), page('https://a.org/1', 'A page')]),
  )
  assert.deepEqual(textsOf(found), ['A page'])
  assert.match(reasonsOf(found)[0] ?? '', /no WARC record starts/)
})

test('codings of the body are taken off, also where the crawler did so and left the header', async () => {
  const text = 'Text that was packed on its way. '.repeat(20)
  const chunked = `${text.length.toString(16)};x=y\r\n${text}\r\n0\r\n\r\n`
  const rows: [body: Buffer | string, headers: string][] = [
    [gzipSync(text), 'Content-Encoding: gzip'],
    [brotliCompressSync(text), 'content-encoding: br'],
    [text, 'Content-Encoding: gzip'],
    [chunked, 'Transfer-Encoding: chunked'],
    [text, 'Transfer-Encoding: chunked'],
    [
      Buffer.concat([Buffer.from(`${gzipSync(text).length.toString(16)}\r\n`), gzipSync(text), Buffer.from('\r\n0\r\n\r\n')]),
      'Transfer-Encoding: chunked\r\nContent-Encoding: gzip',
    ],
  ]
  for (const [body, headers] of rows)
    assert.deepEqual(textsOf(await readAll('x.warc', record(http(body, `Content-Type: text/plain\r\n${headers}`)))), [text], headers)
  const bomb = await readAll(
    'x.warc',
    record(http(gzipSync(Buffer.alloc(80 * 1024 * 1024)), 'Content-Type: text/plain\r\nContent-Encoding: gzip')),
  )
  assert.match(reasonsOf(bomb)[0] ?? '', /as a bomb/)
  const latin = await readAll('x.warc', record(http(Buffer.from('caf\xe9', 'latin1'), 'Content-Type: text/plain; charset=iso-8859-1')))
  assert.deepEqual(textsOf(latin), ['café'])
})

test('a page carries the reservation that was captured with it, wherever in the crawl that stands; one found anywhere holds', async () => {
  const words = 'Words of a page'
  const robots = 'User-agent: *\nDisallow: /private/\n\nUser-agent: LearningBot\nDisallow: /no-learning/\nAllow: /no-learning/but-this$\n'
  const rows: [uri: string, headers: string | undefined, expected: string | null][] = [
    ['https://a.org/open', undefined, 'robots.txt false 2026-03-04'],
    ['https://a.org/private/x', undefined, 'robots.txt false 2026-03-04'],
    ['https://a.org/no-learning/x', undefined, 'robots.txt true 2026-03-04'],
    ['https://a.org/no-learning/but-this', undefined, 'robots.txt false 2026-03-04'],
    ['https://a.org/open', 'Content-Type: text/plain\r\nTDM-Reservation: 1', 'tdmrep true 2026-03-04'],
    ['https://b.org/free/x', undefined, 'tdmrep false 2026-05-06'],
    ['https://b.org/else/x', undefined, 'tdmrep true 2026-05-06'],
    ['https://b.org/free/x', 'Content-Type: text/plain\r\ntdm-reservation: 1', 'tdmrep true 2026-03-04'],
    ['https://down.org/x', undefined, 'robots.txt true 2026-03-04'],
    ['https://none.org/x', undefined, 'robots.txt false 2026-03-04'],
    ['https://unknown.org/x', undefined, null],
  ]
  const bytes = Buffer.concat([
    ...rows.map(([uri, headers]) => page(uri, words, headers)),
    page('https://a.org/robots.txt', robots),
    record(
      http(
        JSON.stringify([
          { location: '/', 'tdm-reservation': 1 },
          { location: '/free/*', 'tdm-reservation': 0 },
        ]),
        'Content-Type: application/json',
      ),
      {
        uri: 'https://b.org/.well-known/tdmrep.json',
        date: '2026-05-06',
      },
    ),
    record(http('', undefined, 503), { uri: 'https://down.org/robots.txt' }),
    record(http('', undefined, 404), { uri: 'https://none.org/robots.txt' }),
  ])
  const { documents } = await readAll('x.warc', bytes, { robots: ['LearningBot'] })
  const told = documents.map(
    ({ terms: { reservation } }) => reservation && `${reservation.found} ${reservation.reserved} ${reservation.asOf}`,
  )
  assert.deepEqual(
    told,
    rows.map(([, , expected]) => expected),
  )
})

test('a page’s own statement binds it', async () => {
  const html = `<html lang="fr"><head><meta name="tdm-reservation" content="1"><link rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/"></head><body><p>${'Une phrase assez longue pour un texte. '.repeat(4)}</p></body></html>`
  const { documents } = await readAll('x.warc', record(http(html, 'Content-Type: text/html; charset=utf-8')))
  const { reservation, language, licence } = documents[0]?.terms ?? assert.fail()
  assert.deepEqual([reservation?.reserved, reservation?.found, language, licence], [true, 'tdmrep', 'fr', 'CC-BY-NC-4.0'])
})

test('whatever bytes a crawl has, it throws nothing and its refusals lie within it', async () => {
  const good = Buffer.concat([page('https://a.org/1', 'One'), page('https://a.org/2', 'Two'), page('https://a.org/3', 'Three')])
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      fc.nat(good.length),
      async (changes, most, cut) => {
        const bytes = Buffer.from(good.subarray(0, Math.max(cut, good.length >> 1)))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const { documents, refusals } = await readAll('x.warc', bytes, {}, { file: memoryFile('x.warc', bytes, { most }) })
        for (const { offset, length } of [...documents, ...refusals]) assert.ok(offset >= 0 && offset + length <= bytes.length)
      },
    ),
    { numRuns: 300 },
  )
})
