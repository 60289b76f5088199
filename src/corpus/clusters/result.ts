// What a search for duplicates found, as sections. The clusters name documents by their ids, in the order of ids: they are a function of the set of documents.
import { isJsonObject, type JsonObject, parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { ID_BYTES } from '../pack.ts'
import { jsonSection, jsonText, type Numbers, type Sections, section } from '../sections.ts'
import type { Components } from './components.ts'
import type { Keepers } from './keepers.ts'
import type { Answered } from './questions.ts'
import { sortByIds } from './radix.ts'
import { type ClusterPack, NONE, type Order, type Roster, ranksWhere } from './roster.ts'

export type Found = {
  readonly roster: Roster
  readonly order: Order
  readonly keepers: Keepers
  readonly components: Components
  readonly answered: readonly Answered[]
  /** Settings, counts, alarms. */
  readonly head: object
}

/** A row for each text that lies in more than one record, or was compared with another. `spec/corpus.md` has the sections. */
export const clustersOf = ({ roster, order, keepers, components, answered, head }: Found): Sections => {
  const records = recordsOf(order)
  const named = namedIn(records, answered)
  const ranks = ranksWhere(records.length, (rank) => named[rank] === 1)
  const ids = idsOf(ranks, roster, order)
  const rows = Uint32Array.from(ranks, (_, row) => row)
  sortByIds(rows, ids, ID_BYTES)
  const sorted = rows.map((row) => ranks[row] as number)
  const rowOf = new Uint32Array(records.length)
  sorted.forEach((rank, row) => {
    rowOf[rank] = row
  })
  const toRow = (rank: number) => rowOf[rank] as number
  return new Map<string, Numbers>([
    ['head', jsonSection(head)],
    ['ids', idsOf(sorted, roster, order)],
    ['records', sorted.map((rank) => records[rank] as number)],
    ['component', firstRows(sorted, components)],
    ['keeper', sorted.map((rank) => toRow(keepers.keeper[rank] as number))],
    ['similarity', Float64Array.from(sorted, (rank) => keepers.similarity[rank] as number)],
    ...pairsOf(answered, toRow, sorted.length),
  ])
}

/** Settings, counts, sources and alarms, as `spec/corpus.md` has them. */
export const readHead = (clusters: Sections): Result<JsonObject, CorpusFailure> => {
  const bytes = section(clusters, 'head', Uint8Array)
  if (!bytes.ok) return bytes
  const head = parseJson(jsonText(bytes.value), { maxLength: bytes.value.length, maxDepth: 8 })
  return head.ok && isJsonObject(head.value) ? ok(head.value) : damaged('the head of the clusters cannot be read')
}

/** By rank of a text's most preferred record, in how many records it lies. */
const recordsOf = ({ sameText }: Order): Uint32Array => {
  const records = new Uint32Array(sameText.length)
  for (const leader of sameText) records[leader] = (records[leader] as number) + 1
  return records
}

const namedIn = (records: Uint32Array, answered: readonly Answered[]): Uint8Array => {
  const named = new Uint8Array(records.length)
  for (let rank = 0; rank < records.length; rank++) if ((records[rank] as number) > 1) named[rank] = 1
  for (const { first, second } of answered) {
    for (const rank of first) named[rank] = 1
    for (const rank of second) named[rank] = 1
  }
  return named
}

const idsOf = (ranks: Uint32Array, roster: Roster, { byRank }: Order): Uint8Array => {
  const ids = new Uint8Array(ranks.length * ID_BYTES)
  for (const [row, rank] of ranks.entries()) ids.set(roster.idOf(byRank[rank] as number), row * ID_BYTES)
  return ids
}

/** Of each row, the first row of its component. */
const firstRows = (sorted: Uint32Array, components: Components): Uint32Array => {
  const first = new Map<number, number>()
  return sorted.map((rank, row) => {
    const root = components.rootOf(rank)
    const found = first.get(root)
    if (found !== undefined) return found
    first.set(root, row)
    return row
  })
}

/** The verified pairs, sorted by left and right row; left is the smaller. */
const pairsOf = (answered: readonly Answered[], toRow: (rank: number) => number, rows: number): [string, Numbers][] => {
  const count = answered.reduce((sum, { first }) => sum + first.length, 0)
  const [places, similarity] = [new Float64Array(count), new Float64Array(count)]
  let at = 0
  for (const round of answered)
    for (let i = 0; i < round.first.length; i++, at++) {
      const [a, b] = [toRow(round.first[i] as number), toRow(round.second[i] as number)]
      places[at] = Math.min(a, b) * rows + Math.max(a, b)
      similarity[at] = round.similarity[i] as number
    }
  const inOrder = Uint32Array.from(places, (_, pair) => pair).sort((a, b) => (places[a] as number) - (places[b] as number))
  const left = inOrder.map((pair) => Math.floor((places[pair] as number) / rows))
  return [
    ['left', left],
    ['right', inOrder.map((pair, place) => (places[pair] as number) - (left[place] as number) * rows)],
    ['pair-similarity', Float64Array.from(inOrder, (pair) => similarity[pair] as number)],
  ]
}

/** What became of a document. */
export const OUTCOMES = ['no part', 'kept', 'near', 'same text'] as const

/** The outcome of each document of a pack, and for a dropped one the document that stays for it: its pack, by its place in `packs`, and its index. */
export const selectionOf = ({ roster, order, keepers }: Found, pack: ClusterPack): Sections => {
  const start = roster.starts[roster.packs.indexOf(pack)] as number
  const outcome = new Uint8Array(pack.documents)
  const similarity = new Float64Array(pack.documents)
  const keeperPack = new Uint32Array(pack.documents)
  const keeperIndex = new Uint32Array(pack.documents)
  const packs = new Map<string, number>()
  for (let index = 0; index < pack.documents; index++) {
    const rank = order.rankOf[start + index] as number
    if (rank === NONE) continue
    const keeper = keepers.keeper[rank] as number
    const place = roster.placeOf(order.byRank[keeper] as number)
    if (!packs.has(place.pack)) packs.set(place.pack, packs.size)
    outcome[index] = keeper === rank ? 1 : keeper === order.sameText[rank] ? 3 : 2
    similarity[index] = keepers.similarity[rank] as number
    keeperPack[index] = packs.get(place.pack) ?? 0
    keeperIndex[index] = place.index
  }
  return new Map<string, Numbers>([
    ['packs', jsonSection([...packs.keys()])],
    ['outcome', outcome],
    ['similarity', similarity],
    ['keeper-pack', keeperPack],
    ['keeper-index', keeperIndex],
  ])
}
