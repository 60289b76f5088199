import type { CutSet, Demand, Exposure } from './types.ts'

/** One set of actors, and all that it would end. */
export type CutEffect = {
  readonly key: string
  readonly set: CutSet
  readonly demands: readonly Demand[]
  /** Kinds of call without an answer, and answered calls of the window among them. */
  readonly kinds: number
  readonly calls: number
}

const keyOf = (set: CutSet): string => set.map(({ actors }) => actors.join(',')).join('+')

/** The smallest sets of those who hold most, known ones first: the others stand in the list of one alias. */
export const shownSets = ({ sets, size }: Demand['cuts']): readonly CutSet[] => {
  const smallest = sets.filter((set) => set.length === size)
  const leading = smallest.filter((set) => set.every(({ within }) => within.length === 0))
  const hasUnknown = (set: CutSet): number => Number(set.some(({ actors }) => actors[0] === 'unknown'))
  return (leading.length > 0 ? leading : smallest).toSorted((a, b) => hasUnknown(a) - hasUnknown(b))
}

/** Every set that is smallest for something, with all it ends: fewest hands first, then most calls. */
export const smallestCuts = ({ demands }: Exposure): readonly CutEffect[] => {
  const found = new Map<string, CutEffect>()
  for (const demand of demands)
    for (const set of shownSets(demand.cuts)) {
      const key = keyOf(set)
      const known = found.get(key) ?? { key, set, demands: [], kinds: 0, calls: 0 }
      found.set(key, {
        ...known,
        demands: [...known.demands, demand],
        kinds: known.kinds + demand.asked.length,
        calls: known.calls + demand.calls,
      })
    }
  return [...found.values()].sort((a, b) => a.set.length - b.set.length || b.calls - a.calls || b.kinds - a.kinds)
}
