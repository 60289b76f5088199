// Every SDK by every verb by every dialect of endpoints: each cell is run, and says what came of it.
import { type Driver, VERBS, type Verb, type Way } from './driver.ts'
import { aiSdk } from './drivers/ai.ts'
import { anthropic } from './drivers/anthropic.ts'
import { cohere } from './drivers/cohere.ts'
import { google } from './drivers/google.ts'
import { langchain } from './drivers/langchain.ts'
import { mistral } from './drivers/mistral.ts'
import { openaiChat } from './drivers/openai-chat.ts'
import { openaiCompletions } from './drivers/openai-completions.ts'
import { openaiResponses } from './drivers/openai-responses.ts'
import { callSealOf, sealOf } from './endpoints.ts'
import { aliasOf, ENDPOINTS, refusedAliasOf } from './exchange.ts'
import { observe, startObserving } from './observed.ts'
import type { Seal } from './script.ts'
import { VENDOR_COLUMNS, VENDOR_RUNS, VENDOR_VERBS, type VendorColumn, type VendorVerb } from './vendors.ts'
import { type Problem, run, type Trial } from './verbs.ts'

export const DRIVERS: readonly Driver[] = [
  openaiChat,
  openaiResponses,
  openaiCompletions,
  anthropic,
  google,
  mistral,
  cohere,
  ...aiSdk,
  langchain,
]

/**
 * `works`: all is as it should be. `declared`: something is not, and the answer's warnings say so. `refused`: the exchange answered
 * before anything was sent that this endpoint cannot take it. `unsaid`: the SDK has no words for it. `broken` must not be.
 */
export type Cell =
  | { readonly kind: 'works' }
  | { readonly kind: 'declared' | 'refused' | 'unsaid' | 'broken'; readonly messages: readonly string[] }
export type Row = {
  readonly driver: Driver
  readonly verb: Verb
  readonly cells: readonly { readonly endpoint: string; readonly cell: Cell }[]
}

/** Which cells are tried, by the places of SDK, verb and column in their lists. */
export type Choice = (driver: number, verb: number, column: number) => boolean
export const EVERY: Choice = () => true
/** A third of all, so that each SDK meets each endpoint, each SDK every verb, and each verb every endpoint. */
export const THIRD: Choice = (driver, verb, column) => (driver + verb + column) % 3 === 0

/** Asks all that is chosen of the exchange at `way`; endpoints at once, one question after the other of each. */
export const matrix = async (way: Way, isChosen = EVERY): Promise<readonly Row[]> => {
  const stop = startObserving()
  const columns = await Promise.all(
    ENDPOINTS.map(async (dialect, column) => {
      const cells = new Map<string, Cell>()
      for (const [place, driver] of DRIVERS.entries())
        for (const [index, verb] of VERBS.entries()) {
          if (!isChosen(place, index, column)) continue
          const trial = {
            driver,
            way,
            alias: aliasOf(dialect),
            refusedAlias: refusedAliasOf(dialect),
            seal: sealOf(dialect),
            callSeal: callSealOf(dialect),
            oneCall: dialect.name === 'gigachat',
          }
          const reason = driver.without[verb]
          const cell = reason === undefined ? await cellOf(trial, (given) => run(verb, given)) : unsaid(reason)
          cells.set(`${driver.name}/${verb}`, cell)
        }
      return { endpoint: dialect.name, cells }
    }),
  ).finally(stop)
  return DRIVERS.flatMap((driver) =>
    VERBS.map((verb) => ({
      driver,
      verb,
      cells: columns.flatMap(({ endpoint, cells }) => {
        const cell = cells.get(`${driver.name}/${verb}`)
        return cell === undefined ? [] : [{ endpoint, cell }]
      }),
    })),
  )
}

/** What each SDK that speaks of messages gets from each simulated vendor. */
export type VendorRow = {
  readonly driver: Driver
  readonly cells: readonly { readonly vendor: VendorColumn; readonly verbs: readonly (readonly [VendorVerb, Cell])[] }[]
}
export const vendorMatrix = async (way: Way, isChosen = EVERY): Promise<readonly VendorRow[]> => {
  const stop = startObserving()
  const drivers = DRIVERS.filter(({ without }) => without['one tool'] === undefined)
  const columns = await Promise.all(
    VENDOR_COLUMNS.map(async (vendor, column) => {
      const cells: (readonly (readonly [VendorVerb, Cell])[])[] = []
      for (const [place, driver] of drivers.entries()) {
        const trial = { driver, way, alias: vendor.name, refusedAlias: '', seal: NO_SEAL, callSeal: NO_SEAL, oneCall: false }
        const verbs: (readonly [VendorVerb, Cell])[] = []
        for (const [index, verb] of VENDOR_VERBS.entries())
          if (isChosen(place, index, column)) verbs.push([verb, await cellOf(trial, VENDOR_RUNS[verb])])
        cells.push(verbs)
      }
      return { vendor, cells }
    }),
  ).finally(stop)
  return drivers.map((driver, index) => ({
    driver,
    cells: columns.map(({ vendor, cells }) => ({ vendor, verbs: cells[index] ?? [] })),
  }))
}
const NO_SEAL: Seal = { owner: 'openai-chat', field: '', data: '' }

const unsaid = (reason: string): Cell => ({ kind: 'unsaid', messages: [reason] })
const cellOf = async (trial: Trial, tried: (trial: Trial) => Promise<readonly Problem[]>): Promise<Cell> => {
  try {
    const { value: problems, warnings } = await observe(() => tried(trial))
    if (problems.length === 0) return { kind: 'works' }
    const reasons = problems.flatMap((problem) => problem.unsaid ?? [])
    if (reasons.length === problems.length) return { kind: 'unsaid', messages: [...new Set(reasons)] }
    const declared = problems.map(({ excuse }) => warnings.filter(({ path }) => excuse?.test(path) === true))
    if (declared.some((found) => found.length === 0)) return { kind: 'broken', messages: problems.map(({ message }) => message) }
    return { kind: 'declared', messages: [...new Set(declared.flat().map(({ message }) => message))] }
  } catch (failure) {
    return refusalOf(trial.driver, failure)
  }
}

const UNSUPPORTED = /the endpoint `[^`]+` cannot take this request: ([^"\n]*?)(?="|\n|$)/
const refusalOf = (driver: Driver, failure: unknown): Cell => {
  const message = messageOf(driver, failure)
  const [, why] = UNSUPPORTED.exec(message) ?? []
  return why === undefined ? { kind: 'broken', messages: [message] } : { kind: 'refused', messages: [why] }
}
/** Of an error that is not the SDK's own, as it is. */
const messageOf = (driver: Driver, failure: unknown): string => {
  try {
    const { name, status, message } = driver.raised(failure)
    return `${name} ${status ?? ''} ${message}`
  } catch {
    return String(failure)
  }
}
