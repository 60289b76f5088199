// The vectors in spec/ are the contract that other implementations read too; the examples in the prose are checked like them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  emptyRoot,
  formatNote,
  formatVerifierKey,
  fromBase64,
  fromHex,
  fromUtf8,
  hex,
  leafHash,
  type Openings,
  parseNote,
  parseTilePath,
  parseVerifierKey,
  signaturesOf,
  tileAt,
  tilePath,
  tilesBetween,
  verify,
  verifyConsistency,
  verifyInclusion,
  verifyMlDsa44,
  verifySignature,
} from '#verifier'

const spec = join(import.meta.dirname, '../../spec')
const vectors = <T>(name: string): T => JSON.parse(readFileSync(join(spec, 'vectors/verifier', name), 'utf8')) as T
const bytes = (text: string) => fromHex(text) ?? assert.fail(`not hexadecimal: ${text}`)

test('merkle.json', () => {
  type Proof = { readonly proof: readonly string[] }
  const { entries, leafHashes, roots, inclusion, consistency, ...rest } = vectors<{
    readonly entries: readonly string[]
    readonly emptyRoot: string
    readonly leafHashes: readonly string[]
    readonly roots: readonly string[]
    readonly inclusion: readonly (Proof & { readonly index: number; readonly size: number })[]
    readonly consistency: readonly (Proof & { readonly oldSize: number; readonly newSize: number })[]
  }>('merkle.json')
  assert.equal(hex(emptyRoot()), rest.emptyRoot)
  assert.deepEqual(
    entries.map((entry) => hex(leafHash(bytes(entry)))),
    leafHashes,
  )
  const leaves = leafHashes.map(bytes)
  const root = (size: number) => bytes(roots[size - 1] ?? '')
  for (const { index, size, proof } of inclusion)
    assert.ok(verifyInclusion(index, size, leaves[index] ?? assert.fail(), proof.map(bytes), root(size)), `${index} of ${size}`)
  for (const { oldSize, newSize, proof } of consistency)
    assert.ok(verifyConsistency(oldSize, newSize, root(oldSize), root(newSize), proof.map(bytes)), `${oldSize} to ${newSize}`)
})

test('tiles.json', () => {
  const { paths, notPaths, trees } = vectors<{
    readonly paths: readonly { readonly level: number | 'entries'; readonly index: number; readonly width: number; readonly path: string }[]
    readonly notPaths: readonly string[]
    readonly trees: readonly {
      readonly size: number
      readonly tiles: number[][]
      readonly fullAtLevel0: number
      readonly fullAtLevel1: number
    }[]
  }>('tiles.json')
  for (const { level, index, width, path } of paths) {
    assert.equal(tilePath(level, index, width), path)
    assert.deepEqual(parseTilePath(path), { level, index, width })
  }
  for (const path of notPaths) assert.equal(parseTilePath(path), undefined, path)
  for (const { size, tiles, fullAtLevel0, fullAtLevel1 } of trees) {
    assert.deepEqual(
      tilesBetween(size - 1, size).map(({ level, index, width }) => [level, index, width]),
      tiles,
    )
    for (const [level, full] of [fullAtLevel0, fullAtLevel1].entries()) {
      assert.notEqual(full === 0 || tileAt(level, full - 1, size)?.width === 256, false)
      assert.notEqual(tileAt(level, full, size)?.width, 256)
    }
  }
})

test('notes.json', async () => {
  const { keys, notes, notNotes } = vectors<{
    readonly keys: readonly { readonly vkey: string; readonly valid: boolean }[]
    readonly notes: readonly { readonly note: string; readonly vkey: string }[]
    readonly notNotes: readonly string[]
  }>('notes.json')
  for (const { vkey, valid } of keys) {
    const key = parseVerifierKey(vkey)
    assert.equal(key.ok, valid, vkey)
    if (key.ok) assert.equal(formatVerifierKey(key.value), vkey)
  }
  for (const { note, vkey } of notes) {
    const [parsed, key] = [parseNote(note), parseVerifierKey(vkey)]
    assert.ok(parsed.ok && key.ok)
    assert.equal(formatNote(parsed.value), note)
    const [line] = signaturesOf(parsed.value, key.value)
    assert.ok(line)
    assert.ok((await verifySignature(key.value, parsed.value.text, undefined, line.signature)).ok)
    assert.ok(!(await verifySignature(key.value, `${parsed.value.text} `, undefined, line.signature)).ok)
  }
  for (const text of notNotes) assert.ok(!parseNote(text).ok, JSON.stringify(text))
})

test('ml-dsa-44.json', () => {
  const { publicKey, cases, flips } = vectors<{
    readonly publicKey: string
    readonly cases: readonly { readonly message: string; readonly signature: string }[]
    readonly flips: readonly number[]
  }>('ml-dsa-44.json')
  for (const { message, signature } of cases) {
    assert.ok(verifyMlDsa44(bytes(publicKey), bytes(message), bytes(signature)))
    for (const at of flips) {
      const flipped = bytes(signature).map((byte, i) => (i === at ? byte ^ 1 : byte))
      assert.ok(!verifyMlDsa44(bytes(publicKey), bytes(message), flipped), `byte ${at}`)
    }
  }
})

test('receipts.json', async () => {
  const { cases } = vectors<{
    readonly cases: readonly {
      readonly name: string
      readonly file: string
      readonly keys: readonly string[]
      readonly openings: Openings
      readonly expected: { readonly valid: boolean; readonly kind: string; readonly failed: readonly string[] }
    }[]
  }>('receipts.json')
  assert.ok(cases.length >= 20)
  for (const { name, file, keys, openings, expected } of cases) {
    const { valid, kind, reasons } = await verify(file, keys, openings)
    const failed = reasons.filter(({ ok }) => !ok).map(({ check }) => check)
    assert.deepEqual({ valid, kind, failed }, expected, name)
  }
})

test('the examples in spec/receipt.md are what they are said to be', async () => {
  const blocks = [...readFileSync(join(spec, 'receipt.md'), 'utf8').matchAll(/^```text\n([^`]+)^```$/gm)].map(([, block]) => block ?? '')
  const keys = blocks.filter((block) => /\+[0-9a-f]{8}\+/.test(block))
  const receipt = blocks.find((block) => block.startsWith('c2sp.org/tlog-proof@v1\nextra bGVh')) ?? assert.fail('no receipt')
  const promise = blocks.find((block) => block.startsWith('allod/promise@v1\nextra bGVh')) ?? assert.fail('no promise')
  assert.equal(keys.length, 1)
  assert.equal((await verify(receipt, keys)).valid, true)
  assert.equal((await verify(promise, keys)).valid, true)
  const quoted = blocks.find((block) => block.startsWith('leaf {')) ?? assert.fail('no extra text')
  const [, extra = ''] = /^extra (.*)$/m.exec(receipt) ?? []
  assert.equal(fromUtf8(fromBase64(extra) ?? assert.fail()), quoted)
})

test('it runs where there are web globals and none of Node', () => {
  const program = `
    const print = console.log
    for (const name of ['process', 'Buffer', 'require', 'module', 'global', 'setImmediate']) delete globalThis[name]
    const { verify } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))})
    const { file, keys, openings } = ${JSON.stringify(vectors<{ cases: unknown[] }>('receipts.json').cases[1])}
    const { valid } = await verify(file, keys, openings)
    print(valid, typeof Buffer, typeof process)`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  assert.equal(output.trim(), 'true undefined undefined')
})
