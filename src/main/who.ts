import { existsSync } from 'node:fs'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { ok } from '../core/result.ts'
import { type Day, dayOf, parseDay } from '../core/units.ts'
import { parseCountry } from '../facts/countries.ts'
import type { Fact } from '../facts/fact.ts'
import { buildGraph } from '../facts/graph.ts'
import { reachOf } from '../facts/reach.ts'
import { whoJson, whoText } from '../facts/report.ts'
import { resolveSubject } from '../facts/subject.ts'
import type { Picks } from '../facts/world.ts'
import { type Command, EXIT, type Given, type Terminal, UsageFailure } from './command.ts'
import type { Configuration } from './config-schema.ts'
import { systemClock } from './exchange.ts'
import { shippedFacts } from './factbook.ts'
import { readLaw } from './law.ts'
import { withModelFacts } from './licence-book.ts'
import { EXCHANGE_OPTIONS, loadGiven, pathsOf } from './owner.ts'
import { picksOf, reachSubject } from './snapshot.ts'

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
    const known = factsInForce(given, terminal, date)
    if (known === undefined) return EXIT.usage
    const graph = buildGraph(known.facts)
    const own = known.configuration === undefined ? undefined : configuredSubject(known.configuration, named)
    const subject = own === undefined ? resolveSubject(graph, named) : ok(own.subject)
    if (!subject.ok) throw new UsageFailure(subject.error.message)
    const options = { date, picks: { ...own?.picks, ...picks }, ...settings(known.configuration, threshold) }
    const answer = reachOf(graph, subject.value, options)
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

export const readPicks = (texts: readonly string[]): Picks => {
  const picks: { region?: Jurisdiction; customer?: Jurisdiction } = {}
  for (const text of texts) {
    const match = /^(region|customer)=([A-Z]{2})$/.exec(text)
    if (match?.[2] === undefined || parseCountry(match[2]) === undefined)
      throw new UsageFailure(`\`${text}\` is no pick; write region=DE or customer=CH`)
    picks[match[1] as 'region' | 'customer'] = match[2] as Jurisdiction
  }
  return picks
}

/** As the exchange itself reads facts, unless the command line says otherwise. */
const settings = (configuration: Configuration | undefined, threshold: number | undefined) => ({
  ...(configuration === undefined
    ? {}
    : { maxAgeDays: configuration.facts.staleAfterDays, threshold: configuration.facts.ownershipThresholdPercent }),
  ...(threshold === undefined ? {} : { threshold }),
})

/** An endpoint by the name it has in the configuration, such as `frontier/gpt-5` in a refusal. */
const configuredSubject = (
  configuration: Configuration,
  named: string,
): { readonly subject: string; readonly picks: Picks } | undefined => {
  const [name = '', model] = splitOnce(named.replace(/^endpoint:/, ''), '/')
  const endpoint = configuration.endpoints[name]
  if (endpoint === undefined) return undefined
  const models = endpoint.kind === 'engine' ? [endpoint.model] : Object.keys(endpoint.models)
  if (model !== undefined && !models.includes(model))
    throw new UsageFailure(`endpoint \`${name}\` has no model \`${model}\`; it has ${models.join(', ')}`)
  return { subject: reachSubject(name, endpoint, model ?? models[0] ?? ''), picks: endpoint.kind === 'engine' ? {} : picksOf(endpoint) }
}

const splitOnce = (text: string, separator: string): string[] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

type KnownFacts = { readonly facts: readonly Fact[]; readonly configuration?: Configuration }

/** What ships, and what the owner's configuration adds where there is one. Undefined, and said, when it cannot be read. */
export const factsInForce = (given: Given, terminal: Terminal, day: Day): KnownFacts | undefined => {
  const complain = (messages: readonly string[]): undefined => {
    for (const message of messages) terminal.error(message)
  }
  const known = (facts: readonly Fact[], configuration?: Configuration): KnownFacts | undefined => {
    const all = withModelFacts(facts)
    return all.ok ? { facts: all.value, ...(configuration === undefined ? {} : { configuration }) } : complain([all.error.message])
  }
  if (given.text('config') === undefined && !existsSync(pathsOf(given).configuration)) {
    const shipped = shippedFacts()
    return shipped.ok ? known(shipped.value) : complain(shipped.error.messages)
  }
  const loaded = loadGiven(given, terminal)
  if (loaded === undefined) return undefined
  const law = readLaw(loaded, day)
  return law.ok ? known(law.value.facts, loaded.configuration) : complain(law.error.messages)
}
