import { existsSync } from 'node:fs'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { type Day, dayOf, parseDay } from '../core/units.ts'
import { parseCountry } from '../facts/countries.ts'
import type { Fact } from '../facts/fact.ts'
import { buildGraph } from '../facts/graph.ts'
import { reachOf } from '../facts/reach.ts'
import { whoJson, whoText } from '../facts/report.ts'
import { resolveSubject } from '../facts/subject.ts'
import type { Picks } from '../facts/world.ts'
import { type Command, EXIT, type Given, type Terminal, UsageFailure } from './command.ts'
import { systemClock } from './exchange.ts'
import { shippedFacts } from './factbook.ts'
import { readLaw } from './law.ts'
import { shippedModelFacts } from './licence-book.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf } from './owner.ts'

/** `allod who`: the three sets of a thing, each member with the path that put it there. */
export const who: Command = {
  name: 'who',
  summary: 'Who can see, stop and change an endpoint, a model or a company, by which path, and what is not known.',
  usage: ['who <endpoint[/model] | model | entity> [options]'],
  options: {
    on: { value: 'DATE', text: 'the day to answer for, such as 2026-11-22 (default: today)' },
    threshold: { value: 'PERCENT', text: 'the share above which an owner counts (default: 25)' },
    pick: { value: 'NAME=CODE', text: 'what the customer chose: region=DE, customer=CH', multiple: true },
    ...EXCHANGE_OPTIONS,
  },
  examples: ['who exoscale-inference', 'who endpoint:tencent-cloud-intl --on 2023-06-01', 'who dashscope-intl --pick region=DE --json'],
  async run(given, terminal) {
    const [named, ...more] = given.positionals
    if (named === undefined || more.length > 0)
      throw new UsageFailure('name one endpoint, model or entity, such as `allod who exoscale-inference`')
    const date = readDay(given.text('on'))
    const threshold = readThreshold(given.text('threshold'))
    const picks = readPicks(given.texts('pick'))
    const facts = factsInForce(given, terminal, date)
    if (facts === undefined) return EXIT.usage
    const graph = buildGraph(facts)
    const subject = resolveSubject(graph, named)
    if (!subject.ok) throw new UsageFailure(subject.error.message)
    const answer = reachOf(graph, subject.value, { date, picks, ...(threshold === undefined ? {} : { threshold }) })
    terminal.out(given.flag('json') ? JSON.stringify(whoJson(answer), null, 2) : whoText(answer).trimEnd())
    return EXIT.ok
  },
}

export const readDay = (text: string | undefined): Day => {
  const day = text === undefined ? dayOf(systemClock()) : parseDay(text)
  if (day === undefined) throw new UsageFailure(`\`${text}\` is no day of the calendar; write it as 2026-11-22`)
  return day
}

const readThreshold = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const threshold = Number(text)
  if (text.trim() === '' || !(threshold >= 0 && threshold <= 100)) throw new UsageFailure(`\`${text}\` is no percentage from 0 to 100`)
  return threshold
}

const readPicks = (texts: readonly string[]): Picks => {
  const picks: { region?: Jurisdiction; customer?: Jurisdiction } = {}
  for (const text of texts) {
    const match = /^(region|customer)=([A-Z]{2})$/.exec(text)
    if (match?.[2] === undefined || parseCountry(match[2]) === undefined)
      throw new UsageFailure(`\`${text}\` is no pick; write region=DE or customer=CH`)
    picks[match[1] as 'region' | 'customer'] = match[2] as Jurisdiction
  }
  return picks
}

/** What ships, and what the owner's configuration adds where there is one. Undefined, and said, when it cannot be read. */
export const factsInForce = (given: Given, terminal: Terminal, day: Day): readonly Fact[] | undefined => {
  const models = shippedModelFacts()
  if (!models.ok) {
    terminal.error(models.error.message)
    return undefined
  }
  const known = (facts: readonly Fact[]) => {
    const ids = new Set(facts.map(({ id }) => id))
    return [...facts, ...models.value.filter(({ id }) => !ids.has(id))]
  }
  if (given.text('config') === undefined && !existsSync(pathsOf(given).configuration)) {
    const shipped = shippedFacts()
    if (shipped.ok) return known(shipped.value)
    for (const message of shipped.error.messages) terminal.error(message)
    return undefined
  }
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return undefined
  const law = readLaw(loaded, day)
  if (law.ok) return known(law.value.facts)
  for (const message of law.error.messages) terminal.error(message)
  return undefined
}
