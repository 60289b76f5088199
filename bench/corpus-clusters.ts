// The search for duplicates. `node bench/corpus-clusters.ts LAWS.jsonl.zst` (versions of laws: `{law, version, text}`) measures recall by band of true
// similarity against theory, precision, and what adding a fifth of the documents later costs; `--generated N` measures time and memory of a
// search over N generated documents, in a process of its own. Either prints one line of JSON. Times are CPU seconds of this process.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { ok } from '../src/core/result.ts'
import { candidatesOf } from '../src/corpus/clusters/candidates.ts'
import { fingerprintOf } from '../src/corpus/clusters/fingerprint.ts'
import { type Clustered, clusterPacks } from '../src/corpus/clusters/index.ts'
import { jaccardOf, type Verify, verifyByShingles } from '../src/corpus/clusters/jaccard.ts'
import { type ClusterPack, orderOf, Roster } from '../src/corpus/clusters/roster.ts'
import { clusterSettings } from '../src/corpus/clusters/settings.ts'
import { Kernel } from '../src/corpus/kernel/kernel.ts'
import { Pack, PackBuilder } from '../src/corpus/pack.ts'
import { type Digest, digestOf, encodeSections, type Sections } from '../src/corpus/sections.ts'
import { signatureBlock } from '../src/corpus/signature.ts'
import { UNKNOWN_TERMS } from '../src/corpus/terms.ts'
import { generatedPacks, sameGroup } from './corpus-generated.ts'
import { machineSince } from './machine.ts'

type Law = { readonly law: string; readonly version: number; readonly text: string }
const SETTINGS = clusterSettings.parse({})
const FIFTH = 5

const value = <T>(result: { ok: true; value: T } | { ok: false; error: { message: string } }): T => {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const round = (number: number): number => Number(number.toPrecision(4))

const packsOf = (laws: readonly Law[]): readonly Sections[] => {
  const packs: Sections[] = []
  let builder = new PackBuilder()
  for (const { law, version, text } of laws) {
    const bytes = Buffer.from(text)
    if (builder.isFullFor(bytes.length)) {
      packs.push(builder.sections())
      builder = new PackBuilder()
    }
    const origin = {
      source: 'laws',
      file: 'laws',
      digest: digestOf(''),
      time: 0,
      offset: 0,
      length: bytes.length,
      name: `${law} ${version}`,
    }
    builder.add({ text: bytes, origin, terms: UNKNOWN_TERMS })
  }
  return builder.count > 0 ? [...packs, builder.sections()] : packs
}

type Signed = { readonly packs: readonly ClusterPack[]; readonly opened: Map<Digest, Pack>; readonly cpu: number }
/** Signatures and fingerprints; hashing a pack's bytes into its name is not counted, for a run does that when it writes. */
const sign = async (laws: readonly Law[]): Promise<Signed> => {
  const examine = value(await signatureBlock.prepare(null, () => ok(new Uint8Array())))
  const opened = new Map<Digest, Pack>()
  let seconds = 0
  const packs = packsOf(laws).map((sections): ClusterPack => {
    const pack = value(Pack.of(sections))
    const digest = digestOf(encodeSections(sections))
    opened.set(digest, pack)
    const before = cpu()
    const fingerprint = fingerprintOf(pack, value(examine(pack, {})), SETTINGS)
    seconds += cpu() - before
    return { pack: digest, documents: pack.count, fingerprint: () => fingerprint }
  })
  return { packs, opened, cpu: seconds }
}

type Searched = Clustered & { readonly cpu: number; readonly asked: number }
const search = async (signed: readonly Signed[], kernel: Kernel, earlier?: Sections): Promise<Searched> => {
  const opened = new Map(signed.flatMap((part) => [...part.opened]))
  const verifier = verifyByShingles({
    open: (digest) => ok(opened.get(digest)!),
    shinglesOf: (pack, index) => kernel.shinglesOf(pack.textOf(index)),
    memory: 256 * 1024 ** 2,
  })
  let asked = 0
  const verify: Verify = (pairs, roster) => {
    asked += pairs.left.length
    return verifier(pairs, roster)
  }
  const before = cpu()
  const packs = signed.flatMap((part) => part.packs)
  const found = value(await clusterPacks({ packs, settings: SETTINGS, verify, shingling: 'kernel', ...(earlier ? { earlier } : {}) }))
  return { ...found, cpu: cpu() - before, asked }
}

const BANDS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.01]
type Band = { from: number; pairs: number; candidates: number; expected: number; joined: number }

/** All pairs of versions of one law: whether the bands make them candidates, against 1-(1-J^8)^14, and whether they end in one component. */
const recall = (signed: Signed, kernel: Kernel, { clusters }: Clustered): readonly Band[] => {
  const roster = new Roster(signed.packs)
  const order = value(orderOf(roster, SETTINGS.licences))
  const { pairs, follows } = value(candidatesOf(roster, order, { bands: SETTINGS.bands, comparisons: 4096 }))
  const candidates = new Set(pairs)
  const leaderOf = (document: number): number => {
    const first = follows[order.rankOf[document]!]!
    return follows[first]!
  }
  const isCandidate = (a: number, b: number): boolean => {
    const [low, high] = [leaderOf(a), leaderOf(b)].sort((x, y) => x - y) as [number, number]
    return low === high || candidates.has(high * order.byRank.length + low)
  }
  const ids = clusters.get('ids') as Uint8Array
  const component = clusters.get('component') as Uint32Array
  const componentOf = new Map(Array.from(component, (row, at) => [Buffer.from(ids.subarray(at * 32, at * 32 + 32)).toString('hex'), row]))
  const idOf = (document: number) => Buffer.from(roster.idOf(document)).toString('hex')
  const bands = BANDS.slice(0, -1).map((from): Band => ({ from, pairs: 0, candidates: 0, expected: 0, joined: 0 }))
  for (const versions of versionsOf(signed, roster).values()) {
    const sets = versions.map(({ pack, index }) => kernel.shinglesOf(pack.textOf(index)))
    for (let b = 1; b < versions.length; b++)
      for (let a = 0; a < b; a++) {
        const similarity = jaccardOf(sets[a]!, sets[b]!)
        const band = bands[BANDS.findLastIndex((from) => similarity >= from)]
        if (band === undefined) continue
        const [left, right] = [versions[a]!.document, versions[b]!.document]
        band.pairs++
        band.expected += 1 - (1 - similarity ** SETTINGS.rows) ** SETTINGS.bands
        if (isCandidate(left, right)) band.candidates++
        const together =
          idOf(left) === idOf(right) || (componentOf.has(idOf(left)) && componentOf.get(idOf(left)) === componentOf.get(idOf(right)))
        if (together) band.joined++
      }
  }
  return bands.map((band) => ({ ...band, expected: round(band.expected), ratio: round(band.candidates / band.expected) }))
}

type Version = { readonly pack: Pack; readonly index: number; readonly document: number }
const versionsOf = ({ opened }: Signed, roster: Roster): Map<string, Version[]> => {
  const laws = new Map<string, Version[]>()
  for (let document = 0; document < roster.count; document++) {
    const { pack: digest, index } = roster.placeOf(document)
    const pack = opened.get(digest)!
    const [law = ''] = pack.originOf(index).name.split(' ')
    laws.set(law, [...(laws.get(law) ?? []), { pack, index, document }])
  }
  return laws
}

/** Each dropped document against the one that stays for it, by sets of JavaScript and not by the code that is measured. */
const precision = ({ packs, opened }: Signed, kernel: Kernel, found: Clustered) => {
  let [dropped, right, otherLaw] = [0, 0, 0]
  for (const each of packs) {
    const pack = opened.get(each.pack)!
    const selection = found.selectionOf(each)
    const names: Digest[] = JSON.parse(Buffer.from(selection.get('packs') as Uint8Array).toString())
    const outcome = selection.get('outcome') as Uint8Array
    for (let index = 0; index < pack.count; index++) {
      if (outcome[index] !== 2 && outcome[index] !== 3) continue
      const keeper = opened.get(names[(selection.get('keeper-pack') as Uint32Array)[index]!]!)!
      const at = (selection.get('keeper-index') as Uint32Array)[index]!
      const [own, kept] = [new Set(kernel.shinglesOf(pack.textOf(index))), new Set(kernel.shinglesOf(keeper.textOf(at)))]
      const shared = [...own].filter((shingle) => kept.has(shingle)).length
      dropped++
      if (shared / (own.size + kept.size - shared) >= SETTINGS.threshold) right++
      if (pack.originOf(index).name.split(' ')[0] !== keeper.originOf(at).name.split(' ')[0]) otherLaw++
    }
  }
  return { dropped, right, otherLaw }
}

const digest = ({ clusters }: Clustered): string => createHash('sha256').update(encodeSections(clusters)).digest('hex')

/** The rest first, then all; `isLater` says which documents come later. */
const adding = async (
  laws: readonly Law[],
  kernel: Kernel,
  whole: { readonly cpu: number; readonly digest: string },
  isLater: (at: number) => boolean,
) => {
  const first = await sign(laws.filter((_, at) => !isLater(at)))
  const earlier = await search([first], kernel)
  const later = await sign(laws.filter((_, at) => isLater(at)))
  const added = await search([first, later], kernel, earlier.clusters)
  const seconds = later.cpu + added.cpu
  return { cpu: round(seconds), verified: added.asked, ratio: round(seconds / whole.cpu), sameClusters: digest(added) === whole.digest }
}

const measureLaws = async (path: string) => {
  const laws = zstdDecompressSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line): Law => JSON.parse(line))
  const bytes = laws.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  const kernel = await Kernel.load()
  // Once for nothing, so that code is compiled when it is measured.
  await search([await sign(laws)], kernel)
  const signed = await sign(laws)
  const found = await search([signed], kernel)
  const whole = { cpu: signed.cpu + found.cpu, digest: digest(found) }
  return {
    documents: laws.length,
    megabytes: round(bytes / 1e6),
    counts: found.counts,
    signing: round(signed.cpu),
    searching: round(found.cpu),
    megabytesPerSecond: round(bytes / 1e6 / whole.cpu),
    recall: recall(signed, kernel, found),
    precision: precision(signed, kernel, found),
    addingEveryFifth: await adding(laws, kernel, whole, (at) => at % FIFTH === FIFTH - 1),
    addingTheLastFifth: await adding(laws, kernel, whole, (at) => at >= laws.length * (1 - 1 / FIFTH)),
  }
}

const measureGenerated = async (documents: number) => {
  let generating = 0
  const packs = generatedPacks(documents, SETTINGS).map((pack) => ({
    ...pack,
    fingerprint: () => {
      const start = cpu()
      const made = pack.fingerprint()
      generating += cpu() - start
      return made
    },
  }))
  const verify: Verify = async ({ left, right }) =>
    ok(Float64Array.from(left, (document, pair) => (sameGroup(document, right[pair]!) ? 0.8 : 0.1)))
  const [before, began] = [cpu(), performance.now()]
  const found = value(await clusterPacks({ packs, settings: SETTINGS, verify, shingling: 'generated' }))
  const { maxRSS } = process.resourceUsage()
  return {
    documents,
    counts: found.counts,
    cpu: round(cpu() - before - generating),
    generating: round(generating),
    wall: round((performance.now() - began) / 1000),
    residentMegabytes: round(maxRSS / 1024),
    residentBytesPerDocument: round((maxRSS * 1024) / documents),
  }
}

const [first = '', second] = process.argv.slice(2)
if (first === '--generated') process.stdout.write(`${JSON.stringify(await measureGenerated(Number(second)))}\n`)
else {
  const { loadavg } = await import('node:os')
  const load = loadavg()
  const laws = await measureLaws(first)
  const generated = [1_000_000, 10_000_000].map((documents): unknown =>
    JSON.parse(execFileSync(process.execPath, [import.meta.filename, '--generated', String(documents)], { encoding: 'utf8' })),
  )
  process.stdout.write(`${JSON.stringify({ machine: machineSince(load), laws, generated })}\n`)
}
