import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jaccardOf } from './jaccard.ts'
import {
  bytesOf,
  type Document,
  idOf,
  packOf,
  rowsOf,
  search,
  settingsOf,
  shinglesOf,
  signatureOf,
  type World,
  worldOf,
} from './world.test.ts'

const LICENCES = ['CC0-1.0', 'CC-BY-4.0', 'LicenseRef-own', null]

/** Families of documents that share most of their words, so that there is much to find in few. */
const documents = fc
  .array(
    fc.record({
      family: fc.nat(2),
      size: fc.integer({ min: 0, max: 24 }),
      changed: fc.array(fc.nat(40), { maxLength: 6 }),
      licence: fc.constantFrom(...LICENCES),
      period: fc.constantFrom(null, '1998', '2004/2011'),
      time: fc.nat(2),
      quality: fc.nat(1),
      source: fc.constantFrom('a', 'b'),
      taken: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    }),
    { maxLength: 28 },
  )
  .map((rows) =>
    rows.map(({ family, size, changed, ...rest }): Document => {
      const words = new Set(Array.from({ length: size }, (_, index) => `f${family}w${index}`))
      for (const word of changed) words.delete(`f${family}w${word}`) || words.add(`f${family}x${word}`)
      return { words: [...words], ...rest }
    }),
  )
/** Low bands find much below the threshold as well. */
const loose = settingsOf({ bands: 20, rows: 2, threshold: 0.6 })
const runs = { numRuns: 60 }

const partition = (all: readonly Document[], cuts: number): Document[][] =>
  Array.from({ length: cuts }, (_, part) => all.filter((_, index) => index % cuts === part))
const shuffled = (all: readonly Document[], seed: number): Document[] =>
  all
    .map((document, index) => ({ document, key: Math.imul(index + 1, seed * 2 + 0x9e3779b1) >>> 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ document }) => document)

test('the clusters do not depend on the order of documents, on packs, or on memory', async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.nat(1000), fc.integer({ min: 1, max: 4 }), async (all, seed, cuts) => {
      const one = await search(worldOf([all], loose), { settings: loose })
      const other = await search(worldOf(partition(shuffled(all, seed), cuts), loose), { settings: loose, memory: 64 })
      assert.equal(bytesOf(one.clusters), bytesOf(other.clusters))
      assert.deepEqual(one.counts, other.counts)
    }),
    runs,
  )
})

test('adding later gives the same bytes as one run, and removing the same as never added', async () => {
  await fc.assert(
    fc.asyncProperty(documents, fc.nat(28), async (all, at) => {
      const [before, after] = [worldOf([all.slice(0, at)], loose), worldOf([all.slice(0, at), all.slice(at)], loose)]
      const [first, whole] = [await search(before, { settings: loose }), await search(after, { settings: loose })]
      const added = await search(after, { settings: loose, earlier: first.clusters })
      assert.equal(bytesOf(added.clusters), bytesOf(whole.clusters))
      const removed = await search(before, { settings: loose, earlier: whole.clusters })
      assert.equal(bytesOf(removed.clusters), bytesOf(first.clusters))
      assert.equal((await search(after, { settings: loose, earlier: whole.clusters })).asked, 0)
    }),
    runs,
  )
})

test('who stays is what the greedy star says, by brute force', async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (all) => {
      const world = worldOf([all], loose)
      const { clusters, counts } = await search(world, { settings: loose })
      const expected = bruteForce(world, all)
      const found = new Map(rowsOf(clusters).map(({ id, keeper, similarity }) => [id, { keeper, similarity }]))
      for (const [id, { keeper, similarity }] of expected)
        assert.deepEqual(found.get(id) ?? { keeper: id, similarity: 1 }, { keeper, similarity })
      assert.equal(counts.documents, all.filter(({ taken }) => taken).length)
      assert.equal(counts.kept, [...expected].filter(([id, { keeper }]) => id === keeper).length)
    }),
    { numRuns: 150 },
  )
})

test('a component is all that verified resemblance joins', async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (all) => {
      const world = worldOf([all], loose)
      const { clusters } = await search(world, { settings: loose })
      const rows = rowsOf(clusters)
      const componentOf = new Map(rows.map(({ id, component }) => [id, component]))
      for (const { id, keeper } of rows) assert.equal(componentOf.get(id), componentOf.get(keeper))
      const texts = textsOf(world, all)
      for (const a of texts)
        for (const b of texts)
          if (a.leads && b.leads && sharesBand(a.signature, b.signature) && jaccardOf(a.set, b.set) >= loose.threshold)
            assert.equal(componentOf.get(a.id), componentOf.get(b.id))
      // And nothing else joins: within a component there is a path of near pairs.
      const near = pairsIn(clusters).filter(({ similarity }) => similarity >= loose.threshold)
      const reached = new Map(rows.map(({ id }) => [id, id]))
      const root = (id: string): string => (reached.get(id) === id ? id : root(reached.get(id) ?? id))
      for (const { left, right } of near) reached.set(root(left), root(right))
      for (const { id, component } of rows) assert.equal(root(id), root(component))
    }),
    runs,
  )
})

test('a dropped document says which record stays for it', async () => {
  await fc.assert(
    fc.asyncProperty(documents, async (all) => {
      const parts = partition(all, 3)
      const world = worldOf(parts, loose)
      const found = await search(world, { settings: loose })
      const selections = new Map(world.packs.map((pack) => [pack.pack, found.selectionOf(pack)]))
      let kept = 0
      for (const [part, pack] of world.packs.entries()) {
        const selection = selections.get(pack.pack)!
        const packs: string[] = JSON.parse(Buffer.from(selection.get('packs') as Uint8Array).toString())
        const column = (name: string) => selection.get(name) as Uint32Array
        parts
          .filter(({ length }) => length > 0)
          [part]!.forEach(({ taken }, index) => {
            const outcome = column('outcome')[index]!
            assert.equal(outcome === 0, !taken)
            if (outcome === 0) return
            const keeperPack = packs[column('keeper-pack')[index]!]!
            const keeperIndex = column('keeper-index')[index]!
            assert.equal((selections.get(keeperPack as never)!.get('outcome') as Uint8Array)[keeperIndex], 1)
            if (outcome === 1) assert.deepEqual([keeperPack, keeperIndex], [pack.pack, index])
            const [own, keeper] = [world.opened.get(pack.pack)!, world.opened.get(keeperPack as never)!]
            if (outcome === 3) assert.equal(own.idOf(index), keeper.idOf(keeperIndex))
            const similarity = jaccardOf(shinglesOf(own, index), shinglesOf(keeper, keeperIndex))
            if (outcome === 2) assert.equal((selection.get('similarity') as Float64Array)[index], similarity)
            if (outcome === 2) assert.ok(similarity >= loose.threshold)
            kept += Number(outcome === 1)
          })
      }
      assert.equal(kept, found.counts.kept)
    }),
    runs,
  )
})

test('preferred is the freer licence, then the later period, the later file, the better text', async () => {
  const words = Array.from({ length: 30 }, (_, index) => `word${index}`)
  const worse: Document[] = [
    { words: [...words, 'a'], licence: null, period: '2020', time: 9, quality: 9 },
    { words: [...words, 'b'], licence: 'CC-BY-4.0', period: '2020', time: 9, quality: 9 },
    { words: [...words, 'c'], licence: 'CC0-1.0', period: null, time: 9, quality: 9 },
    { words: [...words, 'd'], licence: 'CC0-1.0', period: '1990/2010', time: 1, quality: 9 },
    { words: [...words, 'e'], licence: 'CC0-1.0', period: '2010', time: 2, quality: 1 },
    { words: [...words, 'f'], licence: 'CC0-1.0', period: '2010', time: 2, quality: 2 },
  ]
  for (let size = 1; size <= worse.length; size++) {
    const { clusters, counts } = await search(worldOf([worse.slice(0, size)]))
    assert.equal(counts.kept, 1)
    for (const { keeper } of rowsOf(clusters)) assert.equal(keeper, idOf(worse[size - 1]!))
  }
})

test('a bucket of many costs many, not many squared, and what it compares does not depend on order', async () => {
  const settings = settingsOf({ comparisons: 4 })
  const frame = Array.from({ length: 40 }, (_, index) => `frame${index}`)
  const all = Array.from({ length: 300 }, (_, index): Document => ({ words: [...frame, `own${index}`, `own${index}b`], time: index % 7 }))
  const world = worldOf(partition(all, 3), settings)
  const found = await search(world, { settings })
  assert.equal(found.counts.kept, 1)
  assert.ok(found.asked < 2 * all.length)
  const other = await search(worldOf([shuffled(all, 5)], settings), { settings })
  assert.equal(bytesOf(found.clusters), bytesOf(other.clusters))
})

test('a chain of resemblance does not drop what is far from all that stays', async () => {
  // Each is near the next, and the last has nothing of the first.
  const chain = Array.from(
    { length: 12 },
    (_, step): Document => ({ words: Array.from({ length: 40 }, (_, index) => `w${index + step * 5}`), time: 100 - step }),
  )
  const { clusters, counts } = await search(worldOf([chain]))
  assert.ok(counts.kept >= 4 && counts.kept < chain.length)
  assert.equal(new Set(rowsOf(clusters).map(({ component }) => component)).size, 1)
})

test('a source that is all but lost raises an alarm; empty texts are nobody’s duplicates', async () => {
  const frame = Array.from({ length: 40 }, (_, index) => `frame${index}`)
  const lost = Array.from({ length: 60 }, (_, index): Document => ({ words: [...frame, `own${index}`], source: 'books' }))
  const healthy = Array.from({ length: 60 }, (_, index): Document => ({ words: frame.map((word) => `${word}-${index}`), source: 'laws' }))
  const found = await search(worldOf([[...lost, ...healthy]]))
  assert.deepEqual(found.alarms, [{ source: 'books', documents: 60, kept: 1, largest: 60 }])
  assert.deepEqual(
    found.sources.map(({ source, kept }) => [source, kept]),
    [
      ['books', 1],
      ['laws', 60],
    ],
  )
  const empty = await search(worldOf([[{ words: [] }], [{ words: [''] }], [{ words: [' '] }]]))
  assert.deepEqual([empty.counts.kept, empty.counts.sameText], [2, 1])
})

test('a fingerprint of another pack, or of other parameters, is refused', async () => {
  const { pack } = packOf([{ words: ['a', 'b'] }])
  const { fingerprintOf } = await import('./fingerprint.ts')
  assert.ok(!fingerprintOf(pack, signatureOf(pack, 64), { bands: 14, rows: 8 }).ok)
  const world = worldOf([[{ words: ['a'] }]])
  const { clusterPacks } = await import('./index.ts')
  const packs = world.packs.map((each) => ({ ...each, documents: 2 }))
  const found = await clusterPacks({ packs, settings: settingsOf({}), shingling: 'words', verify: () => assert.fail() })
  assert.ok(!found.ok && found.error.kind === 'damaged')
})

type Text = {
  readonly id: string
  readonly document: Document
  readonly set: Uint32Array
  readonly signature: Uint32Array
  readonly leads: boolean
}

/** One for each text that takes part, the most preferred first. */
const textsOf = (world: World, all: readonly Document[]): Text[] => {
  const pack = [...world.opened.values()][0]
  if (pack === undefined) return []
  const hashes = loose.bands * loose.rows
  const minhash = signatureOf(pack, hashes).get('minhash') as Uint32Array
  const year = ({ period }: Document) => Number(period?.split('/').at(-1) ?? Number.NEGATIVE_INFINITY)
  const later = (a: number, b: number) => (a === b ? 0 : a > b ? -1 : 1)
  const ranked = all
    .map((document, index) => ({ document, index, id: idOf(document) }))
    .filter(({ document }) => document.taken)
    .sort(
      ({ document: a, id: idA }, { document: b, id: idB }) =>
        licenceRank(a) - licenceRank(b) ||
        later(year(a), year(b)) ||
        later(a.time ?? 0, b.time ?? 0) ||
        later(a.quality ?? 0, b.quality ?? 0) ||
        (idA < idB ? -1 : Number(idA > idB)),
    )
  const seen = new Set<string>()
  const signatures = new Set<string>()
  return ranked.flatMap(({ document, index, id }) => {
    if (seen.has(id)) return []
    seen.add(id)
    const signature = minhash.subarray(index * hashes, (index + 1) * hashes)
    const set = shinglesOf(pack, index)
    const leads = set.length > 0 && !signatures.has(signature.join())
    signatures.add(signature.join())
    return [{ id, document, set, signature, leads }]
  })
}
const licenceRank = ({ licence }: Document): number => {
  if (licence === null || licence === undefined) return 1e6
  const rank = loose.licences.indexOf(licence)
  return rank < 0 ? 1e5 : rank
}

const sharesBand = (a: Uint32Array, b: Uint32Array): boolean =>
  Array.from({ length: loose.bands }, (_, band) => band * loose.rows).some((start) =>
    Array.from({ length: loose.rows }, (_, row) => start + row).every((at) => a[at] === b[at]),
  )

const pairsIn = (clusters: Map<string, unknown> | ReadonlyMap<string, unknown>): { left: string; right: string; similarity: number }[] => {
  const ids = clusters.get('ids') as Uint8Array
  const idAt = (row: number) => Buffer.from(ids.subarray(row * 32, row * 32 + 32)).toString('hex')
  const right = clusters.get('right') as Uint32Array
  const similarity = clusters.get('pair-similarity') as Float64Array
  return Array.from(clusters.get('left') as Uint32Array, (left, at) => ({
    left: idAt(left),
    right: idAt(right[at]!),
    similarity: similarity[at]!,
  }))
}

/** The rule of spec/corpus.md, one document after another. */
const bruteForce = (world: World, all: readonly Document[]): Map<string, { keeper: string; similarity: number }> => {
  const texts = textsOf(world, all)
  const decided = new Map<string, { keeper: string; similarity: number }>()
  texts.forEach((text, rank) => {
    const better = texts.slice(0, rank)
    const leader =
      text.leads || text.set.length === 0
        ? text
        : better.find(({ signature, leads }) => leads && signature.join() === text.signature.join())!
    const stays = ({ id }: Text) => decided.get(id)?.keeper === id
    const first = leader === text ? [] : better.filter(({ id }) => id === decided.get(leader.id)!.keeper)
    const own = better.filter(
      (other) =>
        other.leads && text.set.length > 0 && better.indexOf(other) < texts.indexOf(leader) && sharesBand(other.signature, text.signature),
    )
    const keeper = [...first, ...own].find((other) => stays(other) && jaccardOf(other.set, text.set) >= loose.threshold)
    decided.set(
      text.id,
      keeper === undefined ? { keeper: text.id, similarity: 1 } : { keeper: keeper.id, similarity: jaccardOf(keeper.set, text.set) },
    )
  })
  return decided
}
