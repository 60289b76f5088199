import type { Day } from '../core/units.ts'
import type { Fact } from './fact.ts'
import { buildGraph, type Graph, rowsOf } from './graph.ts'

/** Something about the facts taken together that no single row shows. Errors refuse the fact book; warnings are for its keeper. */
export type Finding = { readonly level: 'error' | 'warning'; readonly rows: readonly string[]; readonly message: string }

/**
 * Looks for doubled ids, `replaces` of nothing, references that no row explains, rings of ownership, days in the future, shares that
 * add up to more than 100 % on one day, statements that contradict holdings, and blocs whose size disagrees with their members.
 */
export const checkFacts = (facts: readonly Fact[], today: Day): readonly Finding[] => {
  const graph = buildGraph(facts)
  const findings = [
    ...doubledIds(facts),
    ...graph.dangling.map(({ by, row }) => error([by], `${by} replaces \`${row}\`, which is no shipped row`)),
    ...facts.filter(({ asOf }) => asOf > today).map(({ id, asOf }) => error([id], `${id} is as of ${asOf}, which is after ${today}`)),
    ...unexplained(graph),
    ...rings(graph),
    ...[...graph.bySubject.keys()].flatMap((subject) => contradictions(graph, subject)),
    ...[...graph.members.keys()].flatMap((bloc) => wrongSize(graph, bloc, today)),
  ]
  return findings.sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'))
}

/** Findings as text, one a line; says so when there are none. */
export const checkText = (facts: readonly Fact[], findings: readonly Finding[]): string => {
  const errors = findings.filter(({ level }) => level === 'error').length
  const lines = findings.map(({ level, message }) => `${level}: ${message}`)
  return [...lines, `${facts.length} rows, ${errors} errors, ${findings.length - errors} warnings`].join('\n')
}

const error = (rows: readonly string[], message: string): Finding => ({ level: 'error', rows, message })
const warning = (rows: readonly string[], message: string): Finding => ({ level: 'warning', rows, message })

const doubledIds = (facts: readonly Fact[]): readonly Finding[] => {
  const counts = new Map<string, number>()
  for (const { id } of facts) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > 1).map(([id, count]) => error([id], `${count} rows have the id \`${id}\``))
}

const EXPLAINED = /^(entity|endpoint|model|bloc|licence):/
const unexplained = (graph: Graph): readonly Finding[] => {
  const missing = new Map<string, string[]>()
  for (const { id, object } of graph.facts) {
    if (!EXPLAINED.test(object) || graph.bySubject.has(object) || graph.models.has(object) || graph.members.has(object)) continue
    missing.set(object, [...(missing.get(object) ?? []), id])
  }
  return [...missing].map(([object, rows]) =>
    warning(rows, `nothing is said about \`${object}\`, which ${rows.join(', ')} name${rows.length === 1 ? 's' : ''}`),
  )
}

/** Rings of ownership or control, each reported once. They are lawful and rare, and often a slip of the pen. */
const rings = (graph: Graph): readonly Finding[] => {
  const done = new Set<string>()
  const findings: Finding[] = []
  for (const start of graph.bySubject.keys()) {
    const ring = start.startsWith('entity:') && !done.has(start) ? ringFrom(graph, start) : undefined
    if (ring === undefined) continue
    for (const { subject } of ring) done.add(subject)
    const names = ring.map(({ subject }) => subject).join(' > ')
    findings.push(
      warning(
        ring.map(({ id }) => id),
        `ownership runs in a ring: ${names}`,
      ),
    )
  }
  return findings
}

const ringFrom = (graph: Graph, start: string): readonly Fact[] | undefined => {
  const seen = new Set<string>()
  const waiting: (readonly Fact[])[] = [[]]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const at = path.at(-1)?.object ?? start
    for (const row of [...rowsOf(graph, at, 'owned-by'), ...rowsOf(graph, at, 'controlled-by')]) {
      if (row.object === start) return [...path, row]
      if (!seen.has(row.object)) waiting.push([...path, row])
      seen.add(row.object)
    }
  }
  return undefined
}

const holdsOn = (fact: Fact, day: Day): boolean =>
  (fact.validFrom === undefined || fact.validFrom <= day) && (fact.validTo === undefined || day < fact.validTo)
const percent = (fact: Fact): number => (typeof fact.share === 'number' ? fact.share : fact.share === undefined ? 0 : 50)

const contradictions = (graph: Graph, subject: string): readonly Finding[] => {
  const holdings = rowsOf(graph, subject, 'owned-by').filter(({ evidence }) => evidence !== 'unverified')
  const days = new Set(holdings.map((fact) => fact.validFrom ?? fact.asOf))
  for (const day of days) {
    const largest = new Map<string, Fact>()
    for (const fact of holdings.filter((holding) => holdsOn(holding, day))) {
      if (percent(fact) > percent(largest.get(fact.object) ?? { ...fact, share: 0 })) largest.set(fact.object, fact)
    }
    const rows = [...largest.values()]
    const total = rows.reduce((sum, fact) => sum + percent(fact), 0)
    if (total > 100.01)
      return [
        error(
          rows.map(({ id }) => id),
          `holders of ${subject} have ${total} % together on ${day}`,
        ),
      ]
    for (const statement of rowsOf(graph, subject, 'nobody-holds-more-than').filter(
      (fact) => holdsOn(fact, day) && fact.share === undefined,
    )) {
      const above = rows.find((fact) => percent(fact) > Number(statement.object.slice('share:'.length)))
      if (above) return [warning([statement.id, above.id], `${statement.id} says nobody holds more than ${above.id} says somebody does`)]
    }
  }
  return []
}

const wrongSize = (graph: Graph, bloc: string, today: Day): readonly Finding[] => {
  const members = (graph.members.get(bloc) ?? []).filter((fact) => fact.evidence !== 'unverified' && holdsOn(fact, today))
  const countries = new Set(members.map(({ subject }) => subject)).size
  return rowsOf(graph, bloc, 'bloc-size')
    .filter((fact) => holdsOn(fact, today) && fact.object !== `count:${countries}`)
    .map((fact) => warning([fact.id], `${fact.id} gives ${bloc} ${fact.object}, and its rows name ${countries} members`))
}
