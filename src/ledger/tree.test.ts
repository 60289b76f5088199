import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leafHash, utf8 } from '#verifier'
import { sha256 } from './storage-oracle.test.ts'
import { type Edge, EMPTY_EDGE, edgeFromFiles, growFrom, partialFiles, rootOf } from './tree.ts'
import { naiveRoot } from './world.test.ts'

test('an edge has the root of RFC 6962 at every size, however the tree grew', () => {
  const leaves = Array.from({ length: 1100 }, (_, i) => utf8(`entry ${i}`))
  const hashes = leaves.map((leaf) => leafHash(leaf, sha256))
  const files = new Map<string, Uint8Array>()
  let edge: Edge = EMPTY_EDGE
  for (let at = 0, step = 1; at < leaves.length; step = (step * 7 + 1) % 300) {
    const growing = growFrom(edge, sha256)
    const before = JSON.stringify(edge)
    for (const leaf of leaves.slice(at, at + step)) for (const { path, bytes } of growing.add(leaf)) files.set(path, bytes)
    assert.equal(JSON.stringify(edge), before, 'growing changes nothing until it is taken')
    edge = growing.edge()
    at = edge.size
    for (const { path, bytes } of partialFiles(edge)) files.set(path, bytes)
    assert.deepEqual(rootOf(edge, sha256), naiveRoot(hashes, 0, edge.size))
    assert.deepEqual(
      edgeFromFiles(edge.size, (path) => files.get(path), sha256),
      { ...edge, levels: edge.levels.map((level) => [...level]) },
    )
  }
})

test('a tree of 70,000 has the tiles that the specification counts', () => {
  const growing = growFrom(EMPTY_EDGE, sha256)
  const paths: string[] = []
  for (let i = 0; i < 70_000; i++) for (const { path } of growing.add(utf8(`${i}`))) paths.push(path)
  paths.push(...partialFiles(growing.edge()).map(({ path }) => path))
  const count = (pattern: RegExp): number => paths.filter((path) => pattern.test(path)).length
  assert.equal(count(/^tile\/0\/[x\d/]+$/), 273)
  assert.equal(count(/^tile\/entries\/[x\d/]+$/), 273)
  assert.deepEqual(
    paths.filter((path) => path.includes('.p/') || path.startsWith('tile/1')),
    ['tile/1/000', 'tile/entries/273.p/112', 'tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'],
  )
})
