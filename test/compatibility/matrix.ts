// Caller's dialect by endpoint's dialect by feature: each cell is found by carrying the feature's samples through both dialects.
import { collect, eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { Dialect } from '../../src/gateway/dialects/dialect.ts'
import { framingOf } from '../../src/gateway/dialects/framing.ts'
import { DIALECTS } from '../../src/gateway/dialects/index.ts'
import type { EndpointError, NeutralRequest, NeutralResponse, Warning } from '../../src/gateway/dialects/neutral.ts'
import { OPAQUES } from '../dialects/arbitraries.ts'
import { undeclared } from '../dialects/declared.ts'
import { echo, sealedAnswer } from '../dialects/transcripts.ts'
import { contextOf, decodedStream, encodedStream, enveloped, pathParameters, settled, wire } from '../dialects/wire.ts'
import { FEATURES, type Sample } from './features.ts'

/**
 * `carried`: arrives as it was said. `declared`: the answer's warnings say what does not. `refused`: the call is answered with this
 * error. `unsaid`: the caller's dialect (a question) or the endpoint's (an answer) has no words for it. `lost`: it was altered in
 * silence, which must not be (G4).
 */
export type Cell =
  | { readonly kind: 'carried' }
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'declared'; readonly messages: readonly string[] }
  | { readonly kind: 'refused'; readonly messages: readonly string[] }
  | { readonly kind: 'lost'; readonly messages: readonly string[] }
export type Row = {
  readonly feature: string
  readonly caller: string
  readonly cells: readonly { readonly endpoint: string; readonly cell: Cell }[]
}

export const matrix = (dialects: readonly Dialect[] = Object.values(DIALECTS)): readonly Row[] =>
  dialects.flatMap((caller) =>
    FEATURES.map(({ name, samples }) => ({
      feature: name,
      caller: caller.name,
      cells: dialects.map((endpoint) => ({
        endpoint: endpoint.name,
        cell: worst(samples.map((sample) => cellOf(sample, caller, endpoint))),
      })),
    })),
  )

const ORDER: readonly Cell['kind'][] = ['unsaid', 'carried', 'declared', 'refused', 'lost']
/** What a dialect cannot say of a feature counts only where it can say nothing of it. */
const worst = (cells: readonly Cell[]): Cell => {
  const kind = cells.map((cell) => cell.kind).reduce((one, other) => (ORDER.indexOf(one) > ORDER.indexOf(other) ? one : other))
  if (kind === 'carried' || kind === 'unsaid') return { kind }
  return { kind, messages: [...new Set(cells.flatMap((cell) => (cell.kind === kind && 'messages' in cell ? cell.messages : [])))] }
}

const CARRIED: Cell = { kind: 'carried' }
const UNSAID: Cell = { kind: 'unsaid' }
const judged = (problems: readonly string[], warnings: readonly Warning[]): Cell => {
  if (problems.length > 0) return { kind: 'lost', messages: problems }
  return warnings.length === 0 ? CARRIED : { kind: 'declared', messages: [...new Set(warnings.map((warning) => warning.message))] }
}

const cellOf = (sample: Sample, caller: Dialect, endpoint: Dialect): Cell => {
  if (sample.kind === 'request') return requestCell(sample.value, caller, endpoint)
  if (sample.kind === 'response') return responseCell(sample.value, caller, endpoint)
  if (sample.kind === 'stream') return streamCell(sample.value, caller, endpoint)
  if (sample.kind === 'error') return errorCell(sample.value, caller, endpoint)
  return echoCell(caller, endpoint)
}

const requestCell = (request: NeutralRequest, caller: Dialect, endpoint: Dialect): Cell => {
  const written = caller.encodeRequest(request)
  if (!written.ok || written.value.warnings.length > 0) return UNSAID
  const asked = caller.decodeRequest(wire(written.value.body), pathParameters(caller, request))
  if (!asked.ok) return { kind: 'lost', messages: [asked.error.message] }
  const sent = endpoint.encodeRequest(asked.value)
  if (!sent.ok) return { kind: 'refused', messages: [sent.error.message] }
  const read = endpoint.decodeRequest(wire(sent.value.body), pathParameters(endpoint, request))
  if (!read.ok) return { kind: 'lost', messages: [read.error.message] }
  const { warnings } = sent.value
  return judged(
    [...undeclared(request, settled(request, asked.value), []), ...undeclared(asked.value, settled(asked.value, read.value), warnings)],
    warnings,
  )
}

const responseCell = (response: NeutralResponse, caller: Dialect, endpoint: Dialect): Cell => {
  const written = endpoint.encodeResponse(response, contextOf(response, false))
  if (written.warnings.length > 0) return UNSAID
  const answered = endpoint.decodeResponse(wire(written.body))
  if (!answered.ok) return { kind: 'lost', messages: [answered.error.message] }
  const shown = caller.encodeResponse(answered.value, contextOf(response, false))
  const read = caller.decodeResponse(wire(shown.body))
  if (!read.ok) return { kind: 'lost', messages: [read.error.message] }
  return judged(
    [...undeclared(...enveloped(response, answered.value), []), ...undeclared(...enveloped(answered.value, read.value), shown.warnings)],
    shown.warnings,
  )
}

const streamCell = (response: NeutralResponse, caller: Dialect, endpoint: Dialect): Cell => {
  const context = contextOf(response, true)
  const written = encodedStream(endpoint, eventsOf(response), context)
  if (written.warnings.length > 0) return UNSAID
  const events = decodedStream(endpoint, framingOf(endpoint).bytes(written.text))
  const answered = collect(events)
  if (!answered.ok) return { kind: 'lost', messages: [answered.error.message] }
  const shown = encodedStream(caller, events, context)
  const read = collect(decodedStream(caller, framingOf(caller).bytes(shown.text)))
  if (!read.ok) return { kind: 'lost', messages: [read.error.message] }
  return judged(
    [...undeclared(...enveloped(response, answered.value), []), ...undeclared(...enveloped(answered.value, read.value), shown.warnings)],
    shown.warnings,
  )
}

const errorCell = (error: EndpointError, caller: Dialect, endpoint: Dialect): Cell => {
  const through = (dialect: Dialect, value: EndpointError): EndpointError => {
    const { status, headers, body } = dialect.encodeError(value)
    const header = (name: string): string | undefined =>
      headers[headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name.toLowerCase()) + 1 || headers.length]
    return dialect.decodeError(status, header, JSON.stringify(body))
  }
  const shown = through(caller, through(endpoint, error))
  const same = shown.kind === error.kind && shown.message === error.message && shown.retryAfter === error.retryAfter
  return same ? CARRIED : { kind: 'lost', messages: [`the error became ${JSON.stringify(shown)}`] }
}

const SECRET = 'c2lnbmF0dXJl'

const echoCell = (caller: Dialect, endpoint: Dialect): Cell => {
  const own = OPAQUES.filter((known) => known.owner === endpoint.name)
  const cells = own.map((known): Cell => {
    const opaque = { owner: known.owner, field: known.field, data: known.around?.(SECRET) ?? SECRET, ...(known.id && { id: 'rs_1' }) }
    const { response, results } = sealedAnswer(known.on, opaque, known.silent === true)
    const { reached, warnings } = echo(endpoint, caller, response, results)
    if (reached === undefined) return UNSAID
    const back = reached.some((found) => found.field === opaque.field && found.data === opaque.data)
    return back ? CARRIED : judged(warnings.length > 0 ? [] : ['what only the endpoint can read was lost'], warnings)
  })
  return cells.length === 0 ? UNSAID : worst(cells)
}
