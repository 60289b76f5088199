// Near and exact duplicates over all packs. Fingerprints of packs go in; out comes who stays, who is dropped for whom and how near they are.
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Sections } from '../sections.ts'
import { type Alarm, type SourceCount, sourcesAfter } from './alarms.ts'
import { candidatesOf } from './candidates.ts'
import { Components, joinCandidates } from './components.ts'
import type { Verify } from './jaccard.ts'
import { keepersOf } from './keepers.ts'
import { Questions } from './questions.ts'
import { remembering } from './remembered.ts'
import { clustersOf, type Found, selectionOf } from './result.ts'
import { type ClusterPack, type Order, orderOf, Roster } from './roster.ts'
import type { ClusterSettings } from './settings.ts'

/** Raised with each change that could change one byte of clusters or selections. */
export const CLUSTERS_VERSION = 1

export type ClusterInput = {
  readonly packs: readonly ClusterPack[]
  readonly settings: ClusterSettings
  /** The true similarity of pairs: `verifyByShingles`, or the same spread over threads. */
  readonly verify: Verify
  /** Names the kind of shingles: two similarities are comparable only where it is the same. */
  readonly shingling: string
  /** The clusters of an earlier search: what it verified is not verified again. Without it the same bytes come out, later. */
  readonly earlier?: Sections
}

export type Clustered = {
  readonly clusters: Sections
  /** Of one of the packs that went in. */
  readonly selectionOf: (pack: ClusterPack) => Sections
  readonly counts: DuplicateCounts
  readonly sources: readonly SourceCount[]
  readonly alarms: readonly Alarm[]
}
/** Documents that took part, and what became of them; `components` of two texts and more. */
export type DuplicateCounts = {
  readonly documents: number
  readonly kept: number
  readonly near: number
  readonly sameText: number
  readonly verified: number
}

/**
 * Finds the duplicates among all documents that take part. The clusters are a function of the set of documents and of the settings: not of
 * the order of the packs, of how documents lie in them, or of what was searched before. Damaged where a fingerprint is none of ours.
 */
export const clusterPacks = async ({
  packs,
  settings,
  verify,
  shingling,
  earlier,
}: ClusterInput): Promise<Result<Clustered, CorpusFailure>> => {
  const roster = new Roster(packs)
  const order = orderOf(roster, settings.licences)
  if (!order.ok) return order
  const remembered = earlier === undefined ? ok(verify) : remembering(earlier, shingling, verify)
  if (!remembered.ok) return remembered
  const questions = new Questions(roster, order.value.byRank, remembered.value)
  const decided = await decide(roster, order.value, { settings, questions })
  if (!decided.ok) return decided
  const { keepers, components } = decided.value
  const sources = sourcesAfter(roster, order.value, keepers, settings)
  if (!sources.ok) return sources
  const counts = countsOf(order.value, keepers.keeper, questions)
  const head = { version: CLUSTERS_VERSION, shingling, settings, counts, ...sources.value }
  const found: Found = { roster, order: order.value, keepers, components, answered: questions.all(), head }
  return ok({ clusters: clustersOf(found), selectionOf: (pack) => selectionOf(found, pack), counts, ...sources.value })
}

type Decided = Pick<Found, 'keepers' | 'components'>
const decide = async (
  roster: Roster,
  order: Order,
  { settings, questions }: { readonly settings: ClusterSettings; readonly questions: Questions },
): Promise<Result<Decided, CorpusFailure>> => {
  const candidates = candidatesOf(roster, order, settings)
  if (!candidates.ok) return candidates
  const asking = { questions, threshold: settings.threshold }
  const keepers = await keepersOf(candidates.value, order.sameText, asking)
  if (!keepers.ok) return keepers
  const components = new Components(order.byRank.length)
  for (let rank = 0; rank < order.sameText.length; rank++) components.join(order.sameText[rank] as number, rank)
  const joined = await joinCandidates(components, candidates.value, asking)
  return joined.ok ? ok({ keepers: keepers.value, components }) : joined
}

const countsOf = ({ sameText }: Order, keeper: Uint32Array, questions: Questions): DuplicateCounts => {
  let [kept, same] = [0, 0]
  for (let rank = 0; rank < keeper.length; rank++) {
    if (keeper[rank] === rank) kept++
    else if (keeper[rank] === sameText[rank]) same++
  }
  const verified = questions.all().reduce((sum, { first }) => sum + first.length, 0)
  return { documents: keeper.length, kept, near: keeper.length - kept - same, sameText: same, verified }
}
