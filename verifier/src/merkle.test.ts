import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  concat,
  consistencyProof,
  consistencyRanges,
  decodeBundle,
  emptyRoot,
  encodeBundle,
  hex,
  inclusionProof,
  inclusionRanges,
  leafHash,
  nodeHash,
  parseTilePath,
  rangeRoot,
  rootFromProof,
  rootFromTiles,
  sha256,
  type Tile,
  tileAt,
  tilePath,
  tileRoot,
  tilesBetween,
  tilesFor,
  utf8,
  verifyConsistency,
  verifyInclusion,
} from '#verifier'

const native = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const entry = (i: number) => utf8(`entry ${i}`)
const LEAVES = Array.from({ length: 70_000 }, (_, i) => leafHash(entry(i), native))

/** MTH and PATH of RFC 6962, section 2.1, word by word. */
const naiveRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  if (leaves.length <= 1) return leaves[0] ?? native(new Uint8Array(0))
  let k = 1
  while (2 * k < leaves.length) k *= 2
  return native(concat(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))))
}
const naivePath = (index: number, leaves: readonly Uint8Array[]): Uint8Array[] => {
  if (leaves.length <= 1) return []
  let k = 1
  while (2 * k < leaves.length) k *= 2
  return index < k
    ? [...naivePath(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}
const naiveSubproof = (old: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] => {
  if (old === leaves.length) return whole ? [] : [naiveRoot(leaves)]
  let k = 1
  while (2 * k < leaves.length) k *= 2
  return old <= k
    ? [...naiveSubproof(old, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(old - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

/** A log's tiles at one size, built as a writer builds them: level by level, each from the one below. */
const tilesOf = (size: number): Map<string, Uint8Array> => {
  const tiles = new Map<string, Uint8Array>()
  let hashes = LEAVES.slice(0, size)
  for (let level = 0; hashes.length > 0; level++) {
    const full: Uint8Array[] = []
    for (let index = 0; index * 256 < hashes.length; index++) {
      const part = hashes.slice(index * 256, index * 256 + 256)
      const tile = concat(...part)
      tiles.set(tilePath(level, index, part.length), tile)
      if (part.length === 256) full.push(tileRoot(tile))
    }
    hashes = full
  }
  return tiles
}
const reader = (tiles: Map<string, Uint8Array>) => (tile: Tile) =>
  tiles.get(tilePath(tile.level, tile.index, tile.width)) ?? assert.fail(`no tile ${JSON.stringify(tile)}`)
const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))

test('SHA-256 equals the native one for every length around block boundaries and for long messages', () => {
  for (const length of [...Array(200).keys(), 1000, 65_535, 1 << 20]) {
    const message = new Uint8Array(length).map((_, i) => (i * 31 + length) & 255)
    assert.equal(hex(sha256(message)), hex(native(message)), `${length} bytes`)
  }
  assert.equal(hex(sha256(utf8('abc'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(hex(emptyRoot()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('inclusion proofs equal the naive ones, verify, and verify nothing else', () => {
  const sizes = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(
      sizes.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))),
      ([size, index]) => {
        const leaves = LEAVES.slice(0, size)
        const root = naiveRoot(leaves)
        const leaf = leaves[index] ?? assert.fail()
        const proof = inclusionRanges(index, size).map((range) => naiveRoot(leaves.slice(range.start, range.end)))
        assert.deepEqual(proof, naivePath(index, leaves))
        assert.ok(verifyInclusion(index, size, leaf, proof, root))
        assert.ok(!verifyInclusion(index, size, flipped(leaf), proof, root))
        assert.ok(!verifyInclusion(index, size, leaf, proof, flipped(root)))
        assert.ok(!verifyInclusion(index, size, leaf, [...proof, root], root))
        assert.ok(!verifyInclusion(size, size, leaf, proof, root))
        assert.ok(!verifyInclusion(-1, size, leaf, proof, root))
        for (let i = 0; i < proof.length; i++) {
          assert.ok(!verifyInclusion(index, size, leaf, proof.toSpliced(i, 1), root))
          assert.ok(!verifyInclusion(index, size, leaf, proof.with(i, flipped(proof[i] ?? assert.fail())), root))
        }
        for (const other of [index ^ 1, index + 1, size - 1 - index])
          if (other !== index) assert.ok(!verifyInclusion(other, size, leaf, proof, root))
      },
    ),
    { numRuns: 150 },
  )
})

test('consistency proofs equal the naive ones, verify, and verify nothing else', () => {
  const sizes = fc.integer({ min: 1, max: 600 })
  fc.assert(
    fc.property(
      sizes.chain((size) => fc.tuple(fc.integer({ min: 1, max: size }), fc.constant(size))),
      ([old, size]) => {
        const leaves = LEAVES.slice(0, size)
        const [oldRoot, root] = [naiveRoot(leaves.slice(0, old)), naiveRoot(leaves)]
        const proof = consistencyRanges(old, size).map((range) => naiveRoot(leaves.slice(range.start, range.end)))
        assert.deepEqual(proof, naiveSubproof(old, leaves, true))
        assert.ok(verifyConsistency(old, size, oldRoot, root, proof))
        assert.ok(!verifyConsistency(old, size, flipped(oldRoot), root, proof))
        assert.ok(!verifyConsistency(old, size, oldRoot, flipped(root), proof))
        assert.ok(!verifyConsistency(old, size, oldRoot, root, [...proof, root]))
        assert.ok(!verifyConsistency(size + 1, size, oldRoot, root, proof))
        for (let i = 0; i < proof.length; i++) {
          assert.ok(!verifyConsistency(old, size, oldRoot, root, proof.toSpliced(i, 1)))
          assert.ok(!verifyConsistency(old, size, oldRoot, root, proof.with(i, flipped(proof[i] ?? assert.fail()))))
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('an empty tree is a prefix of every tree, with an empty proof', () => {
  const root = naiveRoot(LEAVES.slice(0, 5))
  assert.ok(verifyConsistency(0, 5, emptyRoot(), root, []))
  assert.ok(!verifyConsistency(0, 5, root, root, []))
  assert.ok(verifyConsistency(5, 5, root, root, []))
})

test('proofs and roots from tiles equal the naive ones, over three levels of tiles', () => {
  for (const size of [1, 2, 255, 256, 257, 600, 65_536, 70_000]) {
    const leaves = LEAVES.slice(0, size)
    const root = naiveRoot(leaves)
    const read = reader(tilesOf(size))
    assert.deepEqual(rootFromTiles(size, read, native), root)
    for (const index of [0, 1, size - 1].filter((i) => i < size)) {
      const proof = inclusionProof(index, size, read, native)
      assert.ok(verifyInclusion(index, size, leaves[index] ?? assert.fail(), proof, root, native), `${index} of ${size}`)
      const needed = new Map(
        tilesFor(inclusionRanges(index, size), size).map((tile) => [tilePath(tile.level, tile.index, tile.width), read(tile)]),
      )
      assert.deepEqual(inclusionProof(index, size, reader(needed), native), proof)
    }
    for (const old of [size >> 1, size - 1].filter((old) => old > 0 && old <= size)) {
      const proof = consistencyProof(old, size, read, native)
      assert.ok(verifyConsistency(old, size, naiveRoot(leaves.slice(0, old)), root, proof, native), `${old} to ${size}`)
    }
  }
})

test('a writer that adds the tiles between two sizes always holds every tile of the newer one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }), (steps) => {
      const written = new Set<string>()
      let size = 0
      for (const step of steps) {
        for (const tile of tilesBetween(size, size + step)) written.add(tilePath(tile.level, tile.index, tile.width))
        size += step
        for (const path of tilesOf(size).keys()) assert.ok(written.has(path), `${path} of ${size}`)
      }
    }),
    { numRuns: 20 },
  )
})

test('tile geometry of the specification: a tree of 70,000', () => {
  assert.deepEqual(tileAt(0, 273, 70_000), { level: 0, index: 273, width: 112 })
  assert.deepEqual(tileAt(1, 1, 70_000), { level: 1, index: 1, width: 17 })
  assert.deepEqual(tileAt(2, 0, 70_000), { level: 2, index: 0, width: 1 })
  assert.equal(tileAt(3, 0, 70_000), undefined)
  assert.equal(tilePath(0, 1_234_067), 'tile/0/x001/x234/067')
  assert.equal(tilePath('entries', 273, 112), 'tile/entries/273.p/112')
})

test('a tile path reads back, and only the canonical path of a tile is one', () => {
  fc.assert(
    fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      assert.deepEqual(parseTilePath(tilePath(level, index, width)), { level, index, width })
    }),
  )
  for (const path of [
    'tile/0/1',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/01',
    '/tile/0/001',
    'tile/0/001/',
    'tile/0/001\n',
  ])
    assert.equal(parseTilePath(path), undefined, path)
})

test('entry bundles read back; cut, extended and overfull ones do not', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (entries) => {
      const bundle = encodeBundle(entries)
      assert.deepEqual(decodeBundle(bundle), entries)
      assert.equal(decodeBundle(concat(bundle, Uint8Array.of(0))), undefined)
      assert.equal(decodeBundle(concat(bundle, Uint8Array.of(0, 2, 7))), undefined)
    }),
    { numRuns: 30 },
  )
  assert.equal(decodeBundle(new Uint8Array(2 * 257)), undefined)
  assert.throws(() => encodeBundle([new Uint8Array(65_536)]), /65536 bytes/)
})

test('a proof for an absurd size is refused at once, and sizes beyond 32 bits are exact', () => {
  const leaf = leafHash(entry(0))
  assert.equal(rootFromProof(0, Number.MAX_SAFE_INTEGER + 1, leaf, []), undefined)
  assert.equal(rootFromProof(1.5, 3, leaf, []), undefined)
  const size = 2 ** 40 + 1
  const left = rangeRoot({ start: 0, end: 2 ** 40 }, () => leaf)
  assert.deepEqual(rootFromProof(2 ** 40, size, leaf, [left]), nodeHash(left, leaf))
  assert.equal(inclusionRanges(2 ** 52, 2 ** 53 - 1).length, 53)
  assert.deepEqual(inclusionRanges(2 ** 52, 2 ** 52 + 1), [{ start: 0, end: 2 ** 52 }])
})
