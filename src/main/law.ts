import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { TenantId } from '../core/ids.ts'
import type { Jurisdiction } from '../core/jurisdiction.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Day } from '../core/units.ts'
import { checkFacts } from '../facts/check.ts'
import { type Fact, parseFacts } from '../facts/fact.ts'
import { buildGraph, factsText, type Graph } from '../facts/graph.ts'
import { REACH_2 } from '../facts/rules.ts'
import { blocMembers, openWorld, type Picks, type ReachOptions, type World } from '../facts/world.ts'
import { type CompiledPolicies, compilePolicies } from '../policy/compile.ts'
import { OBLIGATIONS, type PolicyContext, type TenantContext } from '../policy/decision.ts'
import type { PolicyText } from '../policy/parse.ts'
import { PRESETS } from '../policy/presets.ts'
import type { LoadedConfiguration } from './config.ts'
import type { Configuration } from './config-schema.ts'
import { sha256Hex } from './digest.ts'
import { factSentence, readFactFiles, shippedFacts } from './factbook.ts'
import { shippedModelFacts } from './licence-book.ts'
import { ownFacts } from './own-facts.ts'
import { PROJECT } from './paths.ts'

/** What decides: the facts of the day and the policies in force over them. */
export type Law = {
  readonly day: Day
  readonly facts: readonly Fact[]
  readonly graph: Graph
  /** `sha256:` and the digest of all facts in force, the day, and how they are read: threshold, age, and the rules of reach by name. */
  readonly factsDigest: string
  readonly context: PolicyContext
  readonly policies: CompiledPolicies
  readonly texts: readonly PolicyText[]
  /** The members of each bloc on the day, by the bloc's name in upper case. */
  readonly blocs: ReadonlyMap<string, ReadonlySet<Jurisdiction>>
  world(picks: Picks): World
}
/** Sentences, each with its place. */
export type LawFailure = { readonly kind: 'law'; readonly messages: readonly string[] }

/** Obligations this exchange can fulfil; a permit that carries another is a refusal. */
export const SUPPORTED_OBLIGATIONS: ReadonlySet<string> = OBLIGATIONS

/** Reads facts and policies as they stand on a day, whole or not at all. */
export const readLaw = (loaded: LoadedConfiguration, day: Day): Result<Law, LawFailure> => {
  const facts = allFacts(loaded, day)
  return facts.ok ? lawOver(loaded, day, facts.value, mistakesOfOwner(facts.value, day)) : facts
}

/** The law that the same configuration and policies make of other facts: what would be so if. */
export const lawOver = (
  { configuration, folder }: LoadedConfiguration,
  day: Day,
  facts: readonly Fact[],
  messages: string[] = [],
): Result<Law, LawFailure> => {
  const graph = buildGraph(facts)
  const options: ReachOptions = {
    date: day,
    threshold: configuration.facts.ownershipThresholdPercent,
    maxAgeDays: configuration.facts.staleAfterDays,
  }
  const context = policyContext(configuration, graph, options, messages)
  const texts = policyTexts(configuration, folder, messages)
  if (messages.length > 0) return err({ kind: 'law', messages })
  const policies = compilePolicies({ texts, context, obligationsSupported: SUPPORTED_OBLIGATIONS, digest: sha256Hex })
  if (!policies.ok)
    return err({
      kind: 'law',
      messages: policies.error.problems.map(({ file, line, message }) => `${file}${line ? `:${line}` : ''}: ${message}`),
    })
  const { threshold, maxAgeDays } = options
  return ok({
    day,
    facts,
    graph,
    factsDigest: `sha256:${sha256Hex(`${factsText(graph.facts)}\n${day} ${threshold} ${maxAgeDays} ${REACH_2.name}`)}`,
    context,
    policies: policies.value,
    texts,
    blocs: blocsOf(graph, options),
    world: (picks) => openWorld(graph, { ...options, picks }),
  })
}

/** Models count only where the owner speaks of them; reading the book takes a moment that a start need not spend. */
const speaksOfModels = (configuration: Configuration): boolean =>
  JSON.stringify([configuration.endpoints, configuration.facts]).includes('"model:')

const allFacts = ({ configuration, folder, file }: LoadedConfiguration, day: Day): Result<readonly Fact[], LawFailure> => {
  const models = speaksOfModels(configuration) ? shippedModelFacts() : ok([])
  const shipped = shippedFacts()
  const files = readFactFiles(
    configuration.facts.files.map((name) => resolve(folder, name)),
    'owner',
  )
  const rows = parseFacts({ facts: configuration.facts.rows }, { name: basename(file), origin: 'owner' })
  const messages = [
    ...(shipped.ok ? [] : shipped.error.messages),
    ...(models.ok ? [] : [models.error.message]),
    ...(files.ok ? [] : files.error.messages),
    ...(rows.ok ? [] : rows.error.map(factSentence)),
  ]
  if (!shipped.ok || !models.ok || !files.ok || !rows.ok) return err({ kind: 'law', messages })
  return ok([...shipped.value, ...models.value, ...files.value, ...rows.value, ...ownFacts(configuration, day)])
}

/** What is wrong with the owner's rows in the light of all; the shipped ones are checked where they are written. */
export const mistakesOfOwner = (facts: readonly Fact[], day: Day): string[] => {
  const own = new Set(facts.flatMap(({ id, origin, source }) => (origin === 'owner' && !source.startsWith('this exchange') ? [id] : [])))
  if (own.size === 0) return []
  return checkFacts(facts, day).flatMap(({ level, rows, message }) =>
    level === 'error' && rows.some((id) => own.has(id)) ? [`facts: ${message}`] : [],
  )
}

/** Countries as they are, blocs as their members of the day; a bloc without members is a mistake, not an empty set. */
const places = (
  given: readonly string[],
  graph: Graph,
  options: ReachOptions,
  field: string,
  messages: string[],
): ReadonlySet<Jurisdiction> => {
  const found = new Set<Jurisdiction>()
  for (const place of given) {
    if (!place.startsWith('bloc:')) found.add(place as Jurisdiction)
    else {
      const { members } = blocMembers(graph, place, options)
      if (members.length === 0) messages.push(`\`${field}\`: the fact book knows no members of \`${place}\` on ${options.date}`)
      for (const member of members) found.add(member)
    }
  }
  return found
}

const policyContext = (configuration: Configuration, graph: Graph, options: ReachOptions, messages: string[]): PolicyContext => {
  const named = (given: readonly string[], field: string) => places(given, graph, options, field, messages)
  const tenants = Object.entries(configuration.tenants).map(([name, tenant]): [TenantId, TenantContext] => {
    const home = new Set([(tenant.jurisdiction ?? configuration.exchange.seat) as Jurisdiction])
    return [name as TenantId, tenant.keepsFrom === undefined ? { home } : { home, keepsFrom: tenant.keepsFrom }]
  })
  return {
    home: named(configuration.home, 'home'),
    dataClasses: configuration.dataClasses,
    sets: new Map(Object.entries(configuration.sets).map(([name, given]) => [name, named(given, `sets.${name}`)])),
    day: options.date,
    dates: new Map(Object.entries(configuration.dates).map(([name, day]) => [name, day as Day])),
    tenants: new Map(tenants),
  }
}

const policyTexts = ({ policy }: Configuration, folder: string, messages: string[]): PolicyText[] => {
  const preset =
    policy.preset === undefined ? [] : [{ name: `preset ${policy.preset}`, path: join(PROJECT, 'src/policy', PRESETS[policy.preset].file) }]
  const own = policy.files.map((name) => ({ name, path: resolve(folder, name) }))
  return [...preset, ...own].flatMap(({ name, path }): PolicyText[] => {
    try {
      return [{ name, text: readFileSync(path, 'utf8') }]
    } catch {
      messages.push(`\`policy.files\`: cannot read \`${name}\``)
      return []
    }
  })
}

const blocsOf = (graph: Graph, options: ReachOptions): ReadonlyMap<string, ReadonlySet<Jurisdiction>> =>
  new Map(
    [...graph.members.keys()].map((bloc) => [bloc.slice('bloc:'.length).toUpperCase(), new Set(blocMembers(graph, bloc, options).members)]),
  )
