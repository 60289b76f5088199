// What a person names when they cut something, resolved without guessing.
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { countryOfThree, parseCountry } from '../facts/countries.ts'
import type { Graph } from '../facts/graph.ts'
import { resolveSubject } from '../facts/subject.ts'
import type { CutSubject } from '../gateway/cuts.ts'
import type { OperationFailure } from './admin.ts'
import { modelsOf } from './check-input.ts'
import type { Configuration } from './config-schema.ts'
import type { Law } from './law.ts'
import { endpointSubject } from './own-facts.ts'

const unusable = (message: string): Result<never, OperationFailure> => err({ kind: 'unusable', message })

/**
 * The subject of a cut: a country by its code, `unknown`, an endpoint of the configuration, one of its models as `endpoint/model`, a model
 * wherever it answers, or an entity of the fact book; bare or as `entity:x`. A name that could be two things is refused, and one that is
 * nothing comes back with the nearest that is something.
 */
export const cutSubject = (
  text: string,
  configuration: Configuration,
  { graph }: Pick<Law, 'graph'>,
): Result<CutSubject, OperationFailure> => {
  if (text === 'unknown') return ok(text)
  const country = parseCountry(text.replace(/^country:/, ''))
  if (country !== undefined) return ok(`country:${country}`)
  const known = knownSubjects(configuration, graph)
  if (known.has(text)) return ok(text)
  const meant = ['endpoint', 'model', 'entity'].map((kind) => `${kind}:${text}`).filter((subject) => known.has(subject))
  const [only] = meant
  if (only !== undefined && meant.length === 1) return ok(only)
  if (meant.length > 1) return unusable(`\`${text}\` could be ${meant.map((subject) => `\`${subject}\``).join(' or ')}: write which`)
  return ofFactBook(text, configuration, graph, known)
}

/** `endpoint:`, `endpoint:x/model` and `model:` as configured, and what the fact book calls a model or an entity. */
const knownSubjects = (configuration: Configuration, graph: Graph): ReadonlySet<CutSubject> => {
  const known = new Set<CutSubject>()
  for (const [name, endpoint] of Object.entries(configuration.endpoints)) {
    known.add(`endpoint:${name}`)
    for (const model of modelsOf(endpoint)) known.add(`endpoint:${name}/${model}`).add(`model:${model}`)
  }
  for (const { subject, object } of graph.facts)
    for (const reference of [subject, object]) if (/^(entity|model):/.test(reference)) known.add(reference)
  return known
}

/** An endpoint as the fact book calls it stands for the one of the configuration that it is. */
const ofFactBook = (
  text: string,
  { endpoints }: Configuration,
  graph: Graph,
  known: ReadonlySet<CutSubject>,
): Result<CutSubject, OperationFailure> => {
  const [name = '', model] = text.replace(/^endpoint:/, '').split('/')
  const configured = endpoints[name]
  if (configured !== undefined && model !== undefined)
    return unusable(`the endpoint \`${name}\` has no model \`${model}\`; it has ${modelsOf(configured).join(', ')}`)
  const found = resolveSubject(graph, text)
  const mine = Object.entries(endpoints).filter(([name, endpoint]) => found.ok && endpointSubject(name, endpoint) === found.value)
  const [only] = mine
  if (only !== undefined && mine.length === 1) return ok(`endpoint:${only[0]}`)
  if (mine.length > 1)
    return unusable(`${mine.map(([name]) => `\`${name}\``).join(' and ')} are \`${text}\`: name one, or cut the entity that runs them`)
  if (found.ok) return unusable(`\`${text}\` is no endpoint of this configuration; it has ${Object.keys(endpoints).join(', ')}`)
  const near = country(text) ?? named(text, known)
  return unusable(
    `there is nothing called \`${text}\` to cut; ${near === undefined ? 'name a country, an entity, an endpoint or a model' : `did you mean ${near}?`}`,
  )
}

/** The country that somebody means who writes `us` or `USA`, in backticks. */
const country = (text: string): string | undefined => {
  const code = text.replace(/^country:/i, '').toUpperCase()
  const found = parseCountry(code) ?? countryOfThree(code)
  return found && `\`${found}\``
}

const MOST_HINTS = 3

/** What begins like this, or else what is spelt nearly so; in backticks. */
const named = (text: string, known: ReadonlySet<CutSubject>): string | undefined => {
  if (text.trim() === '') return undefined
  const names = text.includes(':') ? [...known] : [...known].map((subject) => subject.slice(subject.indexOf(':') + 1))
  const begin = [...new Set(names)].filter((name) => name.startsWith(text)).slice(0, MOST_HINTS)
  const near = begin.length > 0 ? begin : [nearest(text, names)]
  const hints = near.flatMap((name) => (name === undefined ? [] : [`\`${name}\``]))
  return hints.length === 0 ? undefined : hints.join(' or ')
}

/** One of the cuts in force, by the name it was ordered under or its bare part. */
export const cutInForce = (text: string, subjects: readonly CutSubject[]): Result<CutSubject, OperationFailure> => {
  if (subjects.includes(text)) return ok(text)
  const meant = subjects.filter((subject) => subject.slice(subject.indexOf(':') + 1) === text)
  const [only] = meant
  if (only !== undefined && meant.length === 1) return ok(only)
  if (meant.length > 1) return unusable(`${meant.map((subject) => `\`${subject}\``).join(' and ')} are cut: write which`)
  if (subjects.length === 0) return err({ kind: 'refused', message: 'nothing is cut' })
  const bare = subjects.map((subject) => subject.slice(subject.indexOf(':') + 1))
  const near = nearest(text, text.includes(':') ? subjects : bare)
  const hint = near === undefined ? `what is cut is ${subjects.join(', ')}` : `did you mean \`${near}\`?`
  return err({ kind: 'refused', message: `\`${text}\` is not cut; ${hint}` })
}
