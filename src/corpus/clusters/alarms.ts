// A source that loses nearly all its documents was hardly so full of duplicates: more often its texts share a frame, or were read wrongly.
// (In one published corpus 51,160 unrelated books became one cluster, and a source was gone.)
import { ok, type Result } from '../../core/result.ts'
import type { CorpusFailure } from '../failure.ts'
import type { Keepers } from './keepers.ts'
import { NONE, type Order, type Roster } from './roster.ts'
import type { ClusterSettings } from './settings.ts'

export type SourceCount = { readonly source: string; readonly documents: number; readonly kept: number }
/** `largest`: how many of the source's documents one single document stands for. */
export type Alarm = SourceCount & { readonly largest: number }

type Tally = { documents: number; kept: number; readonly keepers: Map<number, number> | undefined }

/** By the names of the sources. */
export const sourcesAfter = (
  roster: Roster,
  order: Order,
  { keeper }: Keepers,
  { alarm }: Pick<ClusterSettings, 'alarm'>,
): Result<{ readonly sources: readonly SourceCount[]; readonly alarms: readonly Alarm[] }, CorpusFailure> => {
  const count = (isLooked: (source: string) => boolean): Result<Map<string, Tally>, CorpusFailure> => {
    const tallies = new Map<string, Tally>()
    const read = roster.each((fingerprint, start) => {
      const here = fingerprint.sources.map((source) => tallyOf(tallies, source, isLooked(source)))
      for (let index = 0; index < fingerprint.count; index++) {
        const rank = order.rankOf[start + index] as number
        const tally = here[fingerprint.source[index] as number]
        if (rank === NONE || tally === undefined) continue
        const by = keeper[rank] as number
        tally.documents++
        if (by === rank) tally.kept++
        tally.keepers?.set(by, (tally.keepers.get(by) ?? 0) + 1)
      }
    })
    return read.ok ? ok(tallies) : read
  }
  const all = count(() => false)
  if (!all.ok) return all
  const sources = [...all.value]
    .map(([source, { documents, kept }]) => ({ source, documents, kept }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.source), Buffer.from(b.source)))
  const lost = sources.filter(({ documents, kept }) => documents >= alarm.documents && kept <= documents * alarm.share)
  if (lost.length === 0) return ok({ sources, alarms: [] })
  const names = new Set(lost.map(({ source }) => source))
  const closer = count((source) => names.has(source))
  if (!closer.ok) return closer
  const largestOf = (source: string) => [...(closer.value.get(source)?.keepers?.values() ?? [])].reduce((a, b) => Math.max(a, b), 0)
  return ok({ sources, alarms: lost.map((each) => ({ ...each, largest: largestOf(each.source) })) })
}

const tallyOf = (tallies: Map<string, Tally>, source: string, isLooked: boolean): Tally => {
  const found = tallies.get(source) ?? { documents: 0, kept: 0, keepers: isLooked ? new Map<number, number>() : undefined }
  tallies.set(source, found)
  return found
}
