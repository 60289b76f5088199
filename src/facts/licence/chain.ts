import type { Evidence } from '../fact.ts'
import type { LicenceBook, Model } from './book.ts'
import { weaker } from './weigh.ts'

/** One model of a lineage, as reached from the model asked about. */
export type Link = {
  readonly id: string
  /** Undefined: no row. */
  readonly model: Model | undefined
  readonly via: 'itself' | 'derived-from' | 'trained-on-outputs-of'
  /** Ids from the model asked about to this one. */
  readonly path: readonly string[]
  /** Weakest edge on that path. */
  readonly edge: Evidence
  /** Its licensor also offers the model made from it, and may relicense its own: its terms do not bind there, its evidence does. */
  readonly relicensed: boolean
  /** For outputs of a model without a row: the licence a source names. */
  readonly statedLicence: string | undefined
}

/**
 * All ancestors and sources of outputs, nearest first, then by id, so that the order of rows decides nothing.
 * An ancestor reached in ways that differ (edge kind, evidence, relicensing) is listed once for each; cycles end.
 */
export const lineage = (book: LicenceBook, root: Model): readonly Link[] => {
  const first: Link = {
    id: root.id,
    model: root,
    via: 'itself',
    path: [root.id],
    edge: 'observed',
    relicensed: false,
    statedLicence: undefined,
  }
  const links: Link[] = []
  const seen = new Set<string>()
  for (let level: readonly Link[] = [first]; level.length > 0; ) {
    const next: Link[] = []
    for (const link of level) {
      const key = [link.id, link.via, link.edge, link.relicensed, link.statedLicence].join(' ')
      if (seen.has(key)) continue
      seen.add(key)
      links.push(link)
      next.push(...above(book, link))
    }
    level = next.sort(inOrder)
  }
  return links
}

const above = (book: LicenceBook, link: Link): readonly Link[] => {
  const { model } = link
  if (model === undefined) return []
  const through = link.via === 'trained-on-outputs-of'
  const reach = (id: string, evidence: Evidence, via: Link['via'], statedLicence?: string): Link => {
    const found = book.models.get(id)
    return {
      id,
      model: found,
      via,
      path: [...link.path, id],
      edge: weaker(link.edge, evidence),
      relicensed: found !== undefined && found.developer === model.developer,
      statedLicence: found === undefined ? statedLicence : undefined,
    }
  }
  return [
    ...model.parents.map(({ id, evidence }) => reach(id, evidence, through ? 'trained-on-outputs-of' : 'derived-from')),
    ...model.outputsOf.map(({ of, evidence, licence }) => reach(of, evidence, 'trained-on-outputs-of', licence)),
  ]
}

const VIA: readonly Link['via'][] = ['itself', 'derived-from', 'trained-on-outputs-of']
const inOrder = (a: Link, b: Link): number => {
  const left = `${VIA.indexOf(a.via)} ${a.id} ${a.path.join(' ')}`
  const right = `${VIA.indexOf(b.via)} ${b.id} ${b.path.join(' ')}`
  return left < right ? -1 : left > right ? 1 : 0
}
