// Documents that are files: Markdown, TEI and other XML, Word, PDF, pictures.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { err, ok } from '../../core/result.ts'
import { memoryFile, readAll, reasonsOf, textsOf, zip } from './fixtures.test.ts'

test('Markdown loses its front matter, which says what holds for it', async () => {
  const { documents } = await readAll(
    'law.md',
    '---\ntitle: "A law"\nlicense: CC0-1.0\ncountry: "ee"\ndate: 2022-06-27\n---\n\n# A law\n\n- one\n',
  )
  assert.equal(documents[0]?.text, '\n# A law\n\n- one\n')
  const { licence, jurisdiction, period } = documents[0]?.terms ?? assert.fail()
  assert.deepEqual([licence, jurisdiction, period], ['CC0-1.0', 'EE', '2022'])
  for (const text of ['# No front matter\n\n---\n\nText', '---\nnever: closed\n', '--- no fence\n---\n'])
    assert.deepEqual(textsOf(await readAll('x.md', text)), [text])
})

const tei = (body: string, { doctype = '', header = '' } = {}): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${doctype}<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="T1"><teiHeader><fileDesc><titleStmt><title>T</title>${header}</titleStmt>
   <publicationStmt><publisher>P</publisher><availability><licence target="https://creativecommons.org/licenses/by/4.0/"><p>Free.</p></licence></availability></publicationStmt>
   <sourceDesc><bibl type="digitalSource"><date>2015</date></bibl><bibl type="printSource"><date>1891</date></bibl></sourceDesc></fileDesc></teiHeader><text xml:lang="sl">${body}</text></TEI>`

test('TEI gives its text, and its header the terms', async () => {
  const body = `<body><div><head>I.</head><p>Prvi <hi>odst</hi>avek<note n="1">Opomba.</note> teče
    dalje.</p><lg><l>Verz ena,</l><l>verz dve.</l></lg><pb n="2"/><p><choice><sic>napka</sic><corr>napaka</corr></choice> in <del>ne</del>pre<lb break="no"/>lom<lb/>vrste.</p></div></body>`
  const { documents, refusals } = await readAll('t.xml', tei(body, { header: '<author>Bedenek, Jakob (1850-1916)</author>' }))
  assert.deepEqual(refusals, [])
  assert.equal(documents[0]?.text, 'I.\n\nPrvi odstavek teče dalje.\n\nOpomba.\n\nVerz ena,\nverz dve.\n\nnapaka in prelom vrste.')
  const { licence, attribution, period, language } = documents[0]?.terms ?? assert.fail()
  assert.deepEqual(
    [documents[0]?.name, licence, attribution, period, language],
    ['T1', 'CC-BY-4.0', 'Bedenek, Jakob (1850-1916)', '1891', 'sl'],
  )
})

test('entities of a document unfold, and no further than text does', async () => {
  const with_ = (doctype: string, body = '<p>&a;</p>') =>
    readAll('t.xml', tei(`<body>${body}</body>`, { doctype: `<!DOCTYPE TEI [${doctype}]>` }))
  assert.deepEqual(textsOf(await with_(`<!ENTITY b "ura"><!ENTITY a 'k&b; &#38; &amp;'>`)), ['kura & &'])
  const laughs = Array.from({ length: 30 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
  const rows: [Awaited<ReturnType<typeof with_>>, RegExp][] = [
    [await with_('<!ENTITY a "&b;"><!ENTITY b "&a;">'), /entity `a` contains itself/],
    [await with_(`<!ENTITY l0 "lol">${laughs}<!ENTITY a "&l30;">`), /unfolds to more than 65536 characters, as a bomb/],
    [await with_(`<!ENTITY a "${'x'.repeat(50_000)}">`, `<p>${'&a;'.repeat(2000)}</p>`), /unfold to more than \d+ characters, as a bomb/],
    [await with_('<!ENTITY a SYSTEM "file:///etc/passwd">'), /no well-formed XML.*entity/],
    [await with_('<!ENTITY a "<p>no</p>">'), /contains markup/],
    [await readAll('t.xml', tei('<body><p>Never closed</body>')), /no well-formed XML/],
    [await readAll('t.xml', tei(`<body>${'<div>'.repeat(20_000)}`)), /nested deeper than 10000/],
  ]
  for (const [found, reason] of rows) {
    assert.deepEqual(textsOf(found), [])
    assert.match(reasonsOf(found)[0] ?? '', reason)
  }
  // Nothing but empty entities, in a number that grows with each: they cost no more than a list.
  const empty = Array.from({ length: 200 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(50)}">`).join('')
  assert.match(reasonsOf(await with_(`<!ENTITY e0 "">${empty}<!ENTITY a "&e200;">`))[0] ?? '', /its text is empty/)
})

const word = (body: string): string => `<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>${body}</w:body></w:document>`
const paragraph = (text: string, properties = ''): string => `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`

test('Word documents give paragraphs, lists, tables and notes, and nothing that was deleted', async () => {
  const item = '<w:pPr><w:numPr/></w:pPr>'
  const bytes = zip({
    'word/document.xml': word(
      `${paragraph('Heading')}<w:p><w:r><w:t>First </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>line</w:t><w:br/><w:t>second</w:t></w:r></w:p>${paragraph('one', item)}${paragraph('two', item)}<w:tbl><w:tr><w:tc>${paragraph('a')}</w:tc><w:tc>${paragraph('b')}${paragraph('c')}</w:tc></w:tr><w:tr><w:tc>${paragraph('d')}</w:tc><w:tc>${paragraph('')}</w:tc></w:tr></w:tbl>`,
    ),
    'word/footnotes.xml': word(paragraph('A note.')),
    'docProps/core.xml':
      '<c xmlns:dc="d" xmlns:dcterms="t"><dc:creator>Jane</dc:creator><dcterms:created>2019-05-01T00:00:00Z</dcterms:created><dc:language>pl-PL</dc:language></c>',
  })
  const { documents, refusals } = await readAll('x.docx', bytes)
  assert.deepEqual(refusals, [])
  assert.equal(documents[0]?.text, 'Heading\n\nFirst line\nsecond\n\n- one\n- two\n\na\tb c\nd\t\n\nA note.')
  const { period, language, attribution } = documents[0]?.terms ?? assert.fail()
  assert.deepEqual([period, language, attribution], ['2019', 'pl-PL', null])
})

test('a Word document that is none, or a bomb, is refused', async () => {
  const good = { 'word/document.xml': word(paragraph('x')) }
  const rows: [bytes: Buffer, reason: RegExp][] = [
    [Buffer.from('plain'), /no ZIP archive/],
    [zip({ 'other.xml': '' }), /no Word document/],
    [zip(good, { crc: 1 }), /checksum differs/],
    [zip(good, { size: 5 }), /checksum differs/],
    [zip({ 'word/document.xml': Buffer.alloc(80 * 1024 * 1024) }), /more than 67108864 bytes, as a bomb/],
    [zip({ 'word/document.xml': '<a>' }), /no well-formed XML/],
  ]
  for (const [bytes, reason] of rows) assert.match(reasonsOf(await readAll('x.docx', bytes))[0] ?? '', reason)
})

test('whatever bytes a document has, it is one or is refused', async () => {
  const files: [string, Buffer][] = [
    ['x.docx', zip({ 'word/document.xml': word(paragraph('Words')) })],
    ['x.xml', Buffer.from(tei('<body><p>Besede</p></body>', { doctype: '<!DOCTYPE a [<!ENTITY b "c">]>' }))],
    ['x.html', Buffer.from('<html><body><article><p>Some words of a page</p><ul><li>one</ul></article>')],
    ['x.md', Buffer.from('---\na: b\n---\ntext')],
    ['x.pdf', pdf(['Words of a page'])],
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), { maxLength: 5 }),
      fc.nat(40),
      async ([name, file], changes, cut) => {
        const bytes = Buffer.from(file.subarray(0, file.length - Math.max(0, cut - 30)))
        for (const [place, value] of changes) bytes[Math.floor(place * bytes.length)] = value
        const { documents, refusals } = await readAll(name, bytes)
        assert.equal(documents.length + refusals.length, 1)
      },
    ),
    { numRuns: 150 },
  )
})

/** One page for each text, its lines apart as letters of 12 points are. */
const pdf = (
  pages: readonly string[],
  filter = (content: Buffer) => ({ bytes: deflateSync(content), name: '/Filter /FlateDecode' }),
): Buffer => {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${4 + page * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ].map((text) => Buffer.from(text))
  for (const [index, page] of pages.entries()) {
    const lines = page.split('\n').map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj 0 -14 Td`)
    const { bytes, name } = filter(Buffer.from(`BT /F1 12 Tf 72 720 Td ${lines.join(' ')} ET`))
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + index * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      ),
    )
    objects.push(Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${name} >>\nstream\n`), bytes, Buffer.from('\nendstream')]))
  }
  const parts = [Buffer.from('%PDF-1.4\n')]
  const places = objects.map((object, index) => {
    const place = parts.reduce((sum, { length }) => sum + length, 0)
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n'))
    return place
  })
  const start = parts.reduce((sum, { length }) => sum + length, 0)
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`,
    ),
  )
  return Buffer.concat(parts)
}

test('a PDF gives the words of its text layer, lines joined to paragraphs and broken words made whole', async () => {
  const { documents, refusals } = await readAll('x.pdf', pdf(['A long sen-\ntence goes on\nhere.\n\nAnother paragraph.', 'Page two.']))
  assert.deepEqual(refusals, [])
  assert.equal(documents[0]?.text, 'A long sentence goes on here.\n\nAnother paragraph.\n\nPage two.')
})

test('running heads and page numbers of a PDF are left out, and nothing that stands on two pages only', async () => {
  const pages = Array.from(
    { length: 6 },
    (_, page) => `The Handbook\n\nWhat page ${'abcdef'[page]} says.\n\n${page < 2 ? 'Twice.' : 'Words.'.repeat(page)}\n\n${page + 1}`,
  )
  const { documents } = await readAll('x.pdf', pdf(pages))
  assert.equal(documents[0]?.text.includes('Handbook'), false)
  assert.equal(/^\d+$/m.test(documents[0]?.text ?? ''), false)
  assert.equal(documents[0]?.text.match(/What page . says\./g)?.length, 6)
  assert.equal(documents[0]?.text.match(/Twice\./g)?.length, 2)
})

test('a PDF that has no text, is none, or is a bomb is refused', async () => {
  const bomb = deflateSync(Buffer.alloc(260 * 1024 * 1024))
  const rows: [Buffer, RegExp][] = [
    [Buffer.from('%PDF-1.7 nothing'), /no PDF that can be read/],
    [pdf(['']), /no text layer/],
    [pdf(['x'], () => ({ bytes: bomb, name: '/Filter /FlateDecode' })), /unpack to more than \d+ bytes, as a bomb/],
    [pdf(['x'], (content) => ({ bytes: deflateSync(deflateSync(content)), name: '/Filter [/FlateDecode /FlateDecode]' })), /packed twice/],
  ]
  for (const [bytes, reason] of rows) assert.match(reasonsOf(await readAll('x.pdf', bytes))[0] ?? '', reason)
})

test('a picture is read where letters can be recognised, and says what is missing where they cannot', async () => {
  const asked: string[] = []
  const read = await readAll(
    'scan.png',
    'PNG',
    { scanned: 'fra+deu' },
    {
      tools: {
        recognise: (image, languages) => {
          asked.push(`${Buffer.from(image)} ${languages}`)
          return ok('Deux mots\f\n')
        },
      },
    },
  )
  assert.deepEqual(textsOf(read), ['Deux mots'])
  assert.deepEqual(asked, ['PNG fra+deu'])
  const missing = await readAll('scan.png', 'PNG', {}, { tools: { recognise: () => err('it is a picture, and nothing reads it') } })
  assert.deepEqual(reasonsOf(missing), ['it is a picture, and nothing reads it'])
})

test('what was captured beside a file binds its documents; a declared reservation is not weakened', async () => {
  const reservation = { found: 'tdmrep', reserved: true, asOf: '2026-01-01' } as const
  const free = { found: 'robots.txt', reserved: false, asOf: '2026-01-01' } as const
  const termsOf = async (declared: object, found?: typeof reservation | typeof free) => {
    const file = memoryFile('x.txt', Buffer.from('Words'), found && { reservation: found })
    return (await readAll('x.txt', '', declared, { file })).documents[0]?.terms.reservation
  }
  assert.deepEqual(await termsOf({}, reservation), reservation)
  assert.deepEqual(await termsOf({ terms: { reservation: { ...reservation, found: 'declared' } } }, free), {
    ...reservation,
    found: 'declared',
  })
  assert.deepEqual(await termsOf({ terms: { reservation: { ...free, found: 'declared' } } }, reservation), reservation)
})
