import { canonicalJson, type Json } from '../core/json.ts'
import type { Fact } from './fact.ts'
import type { Predicate } from './predicates.ts'

/** Rows found by what they speak of. Immutable; holds no opinion: what the rows mean is the reach rules' business. */
export type Graph = {
  readonly facts: readonly Fact[]
  readonly bySubject: ReadonlyMap<string, readonly Fact[]>
  /** The rows `country:X member-of bloc:B` of each bloc. */
  readonly members: ReadonlyMap<string, readonly Fact[]>
  /** `endpoint:x` to every `endpoint:x/model` that has rows of its own. */
  readonly models: ReadonlyMap<string, readonly string[]>
  readonly replaced: readonly Replaced[]
  /** `replaces` that name no shipped row: the owner meant to overrule something that is not there. */
  readonly dangling: readonly { readonly by: string; readonly row: string }[]
}
/** A shipped row that a row of the owner overruled. */
export type Replaced = { readonly by: string; readonly row: Fact }

/**
 * Indexes the facts. The owner's rows win by naming what they overrule (`replaces`); a row of theirs that names nothing adds to
 * what ships, because a row that silently displaced others could make a set look safer than the facts are.
 */
export const buildGraph = (facts: readonly Fact[]): Graph => {
  const shipped = new Map(facts.filter((fact) => fact.origin === 'shipped').map((fact) => [fact.id, fact]))
  const replaced: Replaced[] = []
  const dangling: { by: string; row: string }[] = []
  for (const fact of facts) {
    for (const row of fact.origin === 'owner' ? (fact.replaces ?? []) : []) {
      const overruled = shipped.get(row)
      if (overruled === undefined) dangling.push({ by: fact.id, row })
      else replaced.push({ by: fact.id, row: overruled })
    }
  }
  const gone = new Set(replaced.map(({ row }) => row))
  const inForce = facts.filter((fact) => !gone.has(fact))
  const bySubject = groupBy(inForce, (fact) => fact.subject)
  const memberRows = inForce.filter((fact) => fact.predicate === 'member-of')
  const endpoints = [...bySubject.keys()].filter((subject) => subject.startsWith('endpoint:') && subject.includes('/'))
  return {
    facts: inForce,
    bySubject,
    members: groupBy(memberRows, (fact) => fact.object),
    models: groupBy(endpoints, (subject) => subject.slice(0, subject.indexOf('/'))),
    replaced,
    dangling,
  }
}

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** The rows about a subject. Rows about an endpoint hold for each of its models. */
export const rowsAbout = (graph: Graph, subject: string): readonly Fact[] => {
  const own = graph.bySubject.get(subject) ?? []
  const slash = subject.startsWith('endpoint:') ? subject.indexOf('/') : -1
  return slash < 0 ? own : [...(graph.bySubject.get(subject.slice(0, slash)) ?? []), ...own]
}

export const rowsOf = (graph: Graph, subject: string, predicate: Predicate): readonly Fact[] =>
  rowsAbout(graph, subject).filter((fact) => fact.predicate === predicate)

/** The facts as one text that is the same for the same facts in any order; its digest names them. */
export const factsText = (facts: readonly Fact[]): string =>
  facts
    .map((fact) => canonicalJson(fact as unknown as Json))
    .sort()
    .join('\n')
