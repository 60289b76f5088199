// What the page shows of the check: cells of one application, and what stands in each.
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import type { Session } from '../../api/session.tsx'
import { farthest, type Place, placeOf } from '../../places.ts'

export type Policy = Answer<'GET /policy'>
export type Matrices = Policy['matrices']
export type Rule = Policy['rules'][number]
/** One model of one endpoint in one cell. */
export type Decided = {
  readonly endpoint: string
  readonly model: string
  readonly permit: boolean
  /** Ids of the rules that decided; none where no rule speaks of it. */
  readonly by: readonly string[]
  /** The farthest place from which somebody could read what passes there. */
  readonly place: Place
}
export type CellName = { readonly dataClass: string; readonly purpose: string }
export type Cell = CellName & { readonly decided: readonly Decided[] }

type Exchange = Session['exchange']
/** The farthest place of those who could read what passes; a country that surely could says more than what is not known beside it. */
export const readersPlace = (exchange: Exchange, see: readonly string[]): Place => {
  const places = see.map((country) => placeOf(exchange, country))
  return places.includes('abroad') ? 'abroad' : farthest(places)
}

/** Every cell of an application, by data class and purpose; with `targets`, only of those models. */
export const cellsOf = (
  matrices: Matrices,
  placeOfModel: (name: string) => Place,
  application: string,
  targets: readonly string[] | undefined,
): readonly Cell[] =>
  matrices
    .filter(({ callers }) => callers.includes(application))
    .flatMap(({ purposes, dataClasses, rows }) =>
      purposes.flatMap((purpose) =>
        dataClasses.map((dataClass): Cell => {
          const decided = rows.flatMap(({ endpoint, model, cells }): Decided[] => {
            const name = `${endpoint}/${model}`
            const cell = cells.find((each) => each.dataClass === dataClass)
            if (cell === undefined || targets?.includes(name) === false) return []
            return [{ endpoint, model, permit: cell.permit, by: cell.by, place: placeOfModel(name) }]
          })
          return { dataClass, purpose, decided }
        }),
      ),
    )

/** The place of every model, as whoever could read there makes it. */
export const placesOf = (exchange: Exchange, { endpoints }: Policy): ((name: string) => Place) => {
  const places = new Map(endpoints.map(({ endpoint, model, see }) => [`${endpoint}/${model}`, readersPlace(exchange, see)]))
  return (name) => places.get(name) ?? 'unknown'
}

/** Where an alias leads for callers of a country. */
export const targetsOf = (policy: Policy, application: string, alias: string | undefined): readonly string[] | undefined => {
  const found = policy.aliases.find(({ name }) => name === alias)
  const jurisdiction = policy.callers.find(({ name }) => name === application)?.jurisdiction ?? ''
  return found === undefined ? undefined : (found.byJurisdiction[jurisdiction] ?? found.targets)
}

const ORDER: readonly Place[] = ['home', 'ally', 'abroad', 'unknown']
/** The kinds of places a cell permits, nearest first. */
export const placesIn = ({ decided }: Cell): readonly Place[] => {
  const permitted = new Set(decided.flatMap(({ permit, place }) => (permit ? [place] : [])))
  return ORDER.filter((place) => permitted.has(place))
}

/** The lowest data class from which up nothing leaves home, and for how many purposes the highest class may. */
export const homeward = (policy: Policy, exchange: Exchange) => {
  const place = placesOf(exchange, policy)
  const cells = policy.callers.flatMap(({ name }) => cellsOf(policy.matrices, place, name, undefined))
  const leaving = new Map<string, Set<string>>()
  for (const cell of cells)
    if (placesIn(cell).some((each) => each !== 'home')) {
      const purposes = leaving.get(cell.dataClass) ?? new Set()
      leaving.set(cell.dataClass, purposes.add(cell.purpose))
    }
  const last = policy.dataClasses.findLastIndex((name) => leaving.has(name))
  const top = policy.dataClasses.at(-1) ?? ''
  return { from: policy.dataClasses[last + 1], all: last < 0, top, purposes: leaving.get(top)?.size ?? 0 }
}
