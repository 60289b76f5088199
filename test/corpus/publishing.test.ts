// From packs to a signed folder and back: what is made of a manifest says what it says, and a byte that changes is found.
import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { rootFromProof, type VerifierKey, leafHash as verifierLeaf } from '#verifier'
import { formatSigned } from '../../src/core/signed-report.ts'
import { assemble, FIRST_VERSION, manifestDigest, nextVersion } from '../../src/corpus/publish/assemble.ts'
import { build } from '../../src/corpus/publish/build.ts'
import { DERIVED } from '../../src/corpus/publish/derived.ts'
import { DocumentIndex, ENTRY_BYTES, verifyAbsent, verifyRow } from '../../src/corpus/publish/index-file.ts'
import { checkManifest, type Manifest } from '../../src/corpus/publish/manifest.ts'
import { leafHash, proofOf, treeRoot } from '../../src/corpus/publish/merkle.ts'
import { clean, isAltering, marksText, modeOf } from '../../src/corpus/publish/replace.ts'
import { COLUMNS } from '../../src/corpus/publish/row.ts'
import { type Digest, digestOf } from '../../src/corpus/sections.ts'
import { statementOf } from '../../src/main/corpus/data-sets.ts'
import { verifyDataSet } from '../../src/main/corpus/verifying.ts'
import { createRowTables } from '../../src/store/corpus-parquet.ts'
import { BUILDING, DAY, type Given, harvestOf, newSigner } from './data-set-fixture.ts'

const TEXTS: readonly Given[] = [
  { text: 'vsi ljudje se rodijo svobodni', language: 'sl', name: 'https://laws.example.si/1', terms: { licence: 'CC-BY-4.0' } },
  { text: 'all human beings are born free', language: 'en', name: 'https://laws.example.si/2', terms: { licence: 'CC-BY-SA-4.0' } },
  { text: 'minden emberi lény szabadon születik, ír: jani@example.hu', language: 'hu', name: 'https://elsewhere.example/3' },
  { text: 'secret', language: 'en', terms: { licence: null } },
]

const inFolder = async (run: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-publish-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes a whole version, as the command does, with a key of its own. */
const publish = async (folder: string, texts: readonly Given[] = TEXTS): Promise<{ manifest: Manifest; key: VerifierKey }> => {
  const writer = await createRowTables(COLUMNS).write(folder)
  assert.ok(writer.ok)
  const built = build({ ...BUILDING, harvest: harvestOf(texts), writer: writer.value })
  assert.ok(built.ok)
  const files = await writer.value.finish()
  assert.ok(files.ok)
  const index = new DocumentIndex(readFileSync(join(folder, 'documents.index')))
  const digest = digestOf('declaration')
  const manifest = assemble(
    {
      name: 'laws',
      version: FIRST_VERSION,
      title: 'Laws | of *one* land',
      description: 'What the land lives by.',
      published: DAY,
      publisher: { name: 'Office', contact: 'office@example.si', country: 'SI' },
      home: ['SI'],
      lineage: { run: '1', declaration: digest, blocks: [{ block: 'personal-data', version: 1, settings: digest }] },
      previous: null,
    },
    { built: built.value, files: files.value, index, replacing: BUILDING.replacing, dropped: new Map([['near-duplicate', 7]]) },
  )
  const { key, sign } = newSigner()
  const note = sign(statementOf(manifest))
  for (const [name, make] of Object.entries(DERIVED)) writeFileSync(join(folder, name), make(manifest))
  writeFileSync(join(folder, 'manifest.json'), formatSigned({ report: manifest, note }))
  return { manifest, key }
}

test('a version verifies, and a change anywhere in it does not', async () => {
  await inFolder(async (folder) => {
    const { manifest, key } = await publish(folder)
    assert.deepEqual(checkManifest(JSON.parse(JSON.stringify(manifest))), { ok: true, value: manifest })
    const broken = async (): Promise<readonly string[]> =>
      (await verifyDataSet(folder, key)).filter(({ ok }) => !ok).map(({ check }) => check)
    assert.deepEqual(await broken(), [])
    for (const [file, wanted] of [
      ['part-00000.parquet', 'files'],
      ['documents.index', 'documents'],
      ['README.md', 'summaries'],
      ['croissant.json', 'summaries'],
      ['training-content-summary.md', 'summaries'],
      ['record-of-processing.md', 'summaries'],
    ] as const) {
      copyFileSync(join(folder, file), join(folder, '..', `${file}.kept`))
      const bytes = readFileSync(join(folder, file))
      bytes[40] = (bytes[40] ?? 0) ^ 1
      writeFileSync(join(folder, file), bytes)
      assert.ok((await broken()).includes(wanted), file)
      renameSync(join(folder, '..', `${file}.kept`), join(folder, file))
    }
    appendFileSync(join(folder, 'more.txt'), 'x')
    assert.deepEqual(await broken(), ['summaries'])
    rmSync(join(folder, 'more.txt'))
    assert.deepEqual(
      (await verifyDataSet(folder, newSigner().key)).map(({ ok }) => ok),
      [false, true, true, true, true],
    )
  })
})

test('the manifest counts what was written, and what was left out with its reason', async () => {
  await inFolder(async (folder) => {
    const { manifest } = await publish(folder)
    assert.equal(manifest.documents.count, 3)
    assert.deepEqual(manifest.leftOut, [
      { because: 'near-duplicate', documents: 7 },
      { because: 'publish: no licence is known (licence-unknown)', documents: 1 },
    ])
    assert.deepEqual(manifest.personalData, { mode: 'redact', modes: {}, found: { email: 1 } })
    assert.deepEqual(
      manifest.hosts.map(({ host, documents }) => [host, documents]),
      [
        ['laws.example.si', 2],
        ['elsewhere.example', 1],
      ],
    )
    assert.equal(manifest.law.under[0], 'CC-BY-SA-4.0')
    assert.equal(manifest.law.shareAlike, true)
    assert.deepEqual(manifest.sources[0]?.from, '2025-03-04')
    assert.deepEqual(manifest.law.attribution, ['Ministry'])
  })
})

test('each thing that a manifest says is said by what is made of it: change one, and the files change', async () => {
  await inFolder(async (folder) => {
    const { manifest } = await publish(folder)
    const of = (changed: Manifest): string =>
      Object.values(DERIVED)
        .map((make) => make(changed))
        .join('\n')
    const before = of(manifest)
    const changes: Record<string, Manifest> = {
      name: { ...manifest, name: 'others' },
      version: { ...manifest, version: '9.9.9' },
      title: { ...manifest, title: 'Other' },
      description: { ...manifest, description: 'Other.' },
      published: { ...manifest, published: '2027-01-01' },
      publisher: { ...manifest, publisher: { ...manifest.publisher, name: 'Other' } },
      contact: { ...manifest, publisher: { ...manifest.publisher, contact: 'other@example.si' } },
      count: { ...manifest, documents: { ...manifest.documents, count: 4711 } },
      bytes: { ...manifest, documents: { ...manifest.documents, bytes: 4711 } },
      tokens: { ...manifest, documents: { ...manifest.documents, tokens: 4711 } },
      root: { ...manifest, documents: { ...manifest.documents, root: digestOf('x') } },
      filesRoot: { ...manifest, filesRoot: digestOf('x') },
      file: { ...manifest, files: manifest.files.map((file) => ({ ...file, sha256: digestOf('x') })) },
      licence: { ...manifest, law: { ...manifest.law, under: ['ODbL-1.0'] } },
      commerce: { ...manifest, law: { ...manifest.law, nonCommercial: true } },
      share: { ...manifest, law: { ...manifest.law, shareAlike: false } },
      consent: { ...manifest, law: { ...manifest.law, consentEnds: '2030-01-01' } },
      attribution: { ...manifest, law: { ...manifest.law, attribution: ['Somebody'] } },
      restrictions: { ...manifest, law: { ...manifest.law, restrictions: ['no-training-abroad'] } },
      verdict: { ...manifest, law: { ...manifest.law, verdicts: [{ use: 'train', verdict: 'no' }] } },
      home: { ...manifest, law: { ...manifest.law, home: ['HU'] } },
      source: { ...manifest, sources: manifest.sources.map((source) => ({ ...source, title: 'Other' })) },
      kind: { ...manifest, sources: manifest.sources.map((source) => ({ ...source, kind: 'licensed' })) },
      basis: { ...manifest, sources: manifest.sources.map((source) => ({ ...source, legalBases: ['contract'] })) },
      reservation: {
        ...manifest,
        sources: manifest.sources.map((source) => ({ ...source, reservations: { free: 1, reserved: 2, unknown: 3 } })),
      },
      hosts: { ...manifest, hosts: [{ host: 'new.example', documents: 1, bytes: 1 }] },
      language: { ...manifest, languages: [{ name: 'mt', documents: 1, bytes: 1, tokens: 1 }] },
      mode: { ...manifest, personalData: { ...manifest.personalData, mode: 'mark' } },
      found: { ...manifest, personalData: { ...manifest.personalData, found: { iban: 3 } } },
      leftOut: { ...manifest, leftOut: [{ because: 'gopher', documents: 1 }] },
      run: { ...manifest, lineage: { ...manifest.lineage, run: '2' } },
      declaration: { ...manifest, lineage: { ...manifest.lineage, declaration: digestOf('x') } },
      previous: { ...manifest, previous: { version: '0.9.0', manifest: digestOf('x') } },
    }
    for (const [what, changed] of Object.entries(changes)) {
      assert.notEqual(of(changed), before, what)
      assert.notEqual(manifestDigest(changed), manifestDigest(manifest), what)
    }
    assert.doesNotMatch(before, /undefined|NaN|\[object/)
    const card = DERIVED['README.md']?.(manifest) ?? ''
    assert.match(card, /# Laws \\\| of \\\*one\\\* land/)
  })
})

test('the same documents are in all that is made of a manifest', async () => {
  await inFolder(async (folder) => {
    const { manifest } = await publish(folder)
    const croissant = JSON.parse(DERIVED['croissant.json']?.(manifest) ?? '')
    assert.equal(croissant.conformsTo, 'http://mlcommons.org/croissant/1.1')
    assert.equal(croissant.recordSet[0].field.length, COLUMNS.length)
    assert.deepEqual(
      croissant.distribution.filter((each: { sha256?: string }) => each.sha256).map((each: { sha256: string }) => each.sha256),
      manifest.files.map(({ sha256 }) => sha256),
    )
    assert.deepEqual(croissant.license[0], 'https://spdx.org/licenses/CC-BY-SA-4.0.html')
    for (const required of ['@context', '@type', 'name', 'description', 'license', 'url', 'creator', 'datePublished'])
      assert.ok(croissant[required], required)
    const summary = DERIVED['training-content-summary.md']?.(manifest) ?? ''
    for (const heading of [
      '## 1. General information',
      '## 2. Data sources',
      '## 3. Data processing',
      '### 2.3 Data crawled',
      'Less than 1 billion tokens',
    ])
      assert.ok(summary.includes(heading), heading)
    assert.match(summary, /2 domain names in all/)
    assert.match(summary, /\| laws\.example\.si \| 2 \|/)
  })
})

test('a row is proved to be in a version, and a document not to be in it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1_000_000), { maxLength: 40 }), fc.nat(1_000_000), (numbers, other) => {
      const ids = numbers.map((n) => digestOf(`id ${n}`)).sort()
      const index = new DocumentIndex(
        Buffer.concat(ids.map((id) => Buffer.concat([Buffer.from(id, 'hex'), Buffer.from(digestOf(`row ${id}`), 'hex')]))),
      )
      const root = Buffer.from(index.root()).toString('hex')
      for (let row = 0; row < index.count; row++) {
        const proof = index.prove(row)
        assert.ok(verifyRow(proof, root))
        // The verifier that everybody has comes to the same root.
        const path = proof.path.map((hash) => new Uint8Array(Buffer.from(hash, 'hex')))
        const found = rootFromProof(row, index.count, verifierLeaf(Buffer.from(proof.entry, 'hex')), path)
        assert.equal(Buffer.from(found ?? []).toString('hex'), root)
        assert.equal(verifyRow({ ...proof, entry: proof.entry.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }, root), false)
      }
      const wanted = digestOf(`id ${other}`)
      const proofs = index.proveAbsent(wanted)
      assert.equal(proofs === undefined, ids.includes(wanted))
      if (proofs) assert.ok(verifyAbsent(wanted, proofs, index.count, root))
      // Nobody can prove that what is there is not.
      const [present] = ids
      if (present !== undefined && proofs) assert.equal(verifyAbsent(present, proofs, index.count, root), false)
    }),
    { numRuns: 60 },
  )
})

test('neighbours that are none prove nothing', () => {
  const ids = [1, 2, 3, 4, 5].map((n) => digestOf(`${n}`)).sort()
  const index = new DocumentIndex(Buffer.concat(ids.map((id) => Buffer.alloc(ENTRY_BYTES, Buffer.from(id, 'hex')))))
  const root = Buffer.from(index.root()).toString('hex')
  const middle = ids[2] as Digest
  assert.equal(verifyAbsent(middle, [index.prove(1), index.prove(3)], 5, root), false)
  assert.equal(verifyAbsent(middle, [index.prove(3)], 5, root), false)
  assert.equal(verifyAbsent(middle, [], 5, root), false)
})

test('the tree that grows leaf by leaf is that of RFC 6962', () => {
  const leaves = Array.from({ length: 33 }, (_, i) => leafHash(Buffer.from(`${i}`)))
  const naive = (some: readonly Uint8Array[]): Buffer => {
    if (some.length === 1) return Buffer.from(some[0] ?? [])
    let split = 1
    while (2 * split < some.length) split *= 2
    return Buffer.from(digestOf(Uint8Array.of(1), naive(some.slice(0, split)), naive(some.slice(split))), 'hex')
  }
  for (let size = 1; size <= leaves.length; size++)
    assert.deepEqual(Buffer.from(treeRoot(leaves.slice(0, size))), naive(leaves.slice(0, size)))
  assert.equal(Buffer.from(treeRoot([])).toString('hex'), digestOf(''))
  assert.deepEqual(
    proofOf(0, 1, () => leaves[0] ?? new Uint8Array(0)),
    [],
  )
})

test('versions rise with what became of the rows', () => {
  const of = (...rows: readonly string[]): DocumentIndex =>
    new DocumentIndex(
      Buffer.concat(
        rows
          .map((row) => Buffer.concat([Buffer.from(digestOf(row[0] ?? ''), 'hex'), Buffer.from(digestOf(row), 'hex')]))
          .sort(Buffer.compare),
      ),
    )
  assert.equal(nextVersion('1.2.3', of('a', 'b'), of('a', 'b'), false), '1.2.4')
  assert.equal(nextVersion('1.2.3', of('a', 'b'), of('a', 'b', 'c'), false), '1.3.0')
  assert.equal(nextVersion('1.2.3', of('a', 'b'), of('a', 'c'), false), '2.0.0')
  assert.equal(nextVersion('1.2.3', of('a', 'b'), of('a', 'b'), true), '2.0.0')
})

test('personal data are replaced by class, and what is only marked is found where the new text has it', () => {
  const text = Buffer.from('pišite na ana@example.si ali 041 555 123, č')
  const at = (words: string, name: string) => {
    const start = text.indexOf(words)
    return { start, end: start + Buffer.byteLength(words), class: name, score: 1 }
  }
  const findings = [at('ana@example.si', 'email'), at('041 555 123', 'phone')]
  const keyed = () => new Uint8Array(32)
  const { text: cleaned, marks } = clean(text, findings, modeOf({ mode: 'redact', modes: { 'pho*': 'mark' }, keyed }))
  assert.equal(Buffer.from(cleaned).toString(), 'pišite na [EMAIL] ali 041 555 123, č')
  const [mark] = marks
  assert.equal(Buffer.from(cleaned.subarray(mark?.start, mark?.end)).toString(), '041 555 123')
  assert.equal(marksText(marks), `${mark?.start}-${mark?.end}:phone`)
  assert.equal(clean(text, findings, modeOf({ mode: 'mark', modes: {}, keyed })).text, text)
  assert.equal(isAltering({ mode: 'mark', modes: {} }), false)
  assert.equal(isAltering({ mode: 'mark', modes: { email: 'redact' } }), true)
  const pseudonym = clean(text, findings, modeOf({ mode: 'pseudonymise', modes: {}, keyed })).text
  assert.match(Buffer.from(pseudonym).toString(), /^pišite na \w+@person\.invalid ali PHONE-/)
})
