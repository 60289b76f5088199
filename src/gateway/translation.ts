// What every translated call has in common, whatever is asked.
import { isJsonObject, type JsonObject, parseExactJson } from '../core/json.ts'
import { callHeaders, firstOf } from './answer-headers.ts'
import { type AnswerStream, type Attempt, type Carriage, Unsupported } from './carriage.ts'
import { MAX_DEPTH } from './decoded.ts'
import type { AnswerContext, EncodedRequest, Unreadable } from './dialects/dialect.ts'
import { DIALECTS } from './dialects/index.ts'
import type { Warning } from './dialects/neutral.ts'
import type { Hiding, Unhidden } from './hiding.ts'
import type { Observed } from './observed.ts'
import { PlaceWatch } from './place-watch.ts'
import type { GatewayPorts, UpstreamHeaders, UpstreamRequest } from './ports.ts'
import type { Step } from './prepared.ts'
import { merge } from './providers/member-paths.ts'
import type { Service } from './services.ts'
import type { Classified } from './stages.ts'
import { restoredError } from './telling.ts'
import { asked, refusing, warningsHeader, warningsMember, warningsRecord } from './warnings.ts'

const JSON_TYPE = 'application/json'
const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** Of an endpoint's headers, those by which it can be asked about one request. */
const REQUEST_IDS = ['x-request-id', 'request-id'] as const

export type Translating = { readonly ports: GatewayPorts; readonly step: Step; readonly service: Service; readonly classified: Classified }

/** Why an endpoint is not asked, in one sentence that names it. */
export const unsupported = ({ step }: Translating, message: string, param: string | null, warnings: readonly Warning[] = []): Unsupported =>
  new Unsupported(
    { kind: 'unsupported', message: `the endpoint \`${step.endpoint.id}\` cannot take this request: ${message}`, param },
    warningsRecord(warnings),
  )

export const unencodable = (given: Translating, { message, parameter }: Unreadable): Unsupported => unsupported(given, message, parameter)

/** INVARIANT(G1): the last look at what is to leave, for anything personal that was found in it. */
export const leaking = (given: Translating, hiding: Hiding | undefined, { body }: Pick<EncodedRequest, 'body'>): Unsupported | undefined =>
  hiding?.isIn(JSON.stringify(body)) === true ? unsupported(given, 'personal data in it could not be pseudonymised', null) : undefined

/** What cannot be looked at for personal data is not sent where they may only be under pseudonyms. */
export const unhidden = (given: Translating, { path, message }: Unhidden): Unsupported =>
  unsupported(given, `it may only see pseudonyms, and ${message}`, path)

/** INVARIANT(G4): what may not be lost is not sent to where it would be. */
export const refused = (given: Translating, warnings: readonly Warning[]): Unsupported | undefined => {
  const warning = refusing(warnings, given.classified.alias)
  return warning === undefined ? undefined : unsupported(given, warning.message, warning.path, warnings)
}

/** One call translated for one endpoint, whose answer is translated back. Serves one attempt. */
export abstract class Translated<Question> implements Carriage {
  /** Of the request, and in the end of the answer too. */
  protected readonly warnings: Warning[]
  protected readonly step: Step
  protected readonly service: Service
  protected readonly classified: Classified
  protected readonly watch: PlaceWatch
  /** What the caller gets. */
  protected contentType = JSON_TYPE
  private readonly ports: GatewayPorts
  private readonly question: Question
  private readonly encoded: EncodedRequest
  protected readonly hiding: Hiding | undefined
  private told: { readonly status: number; readonly headers: readonly string[] } | undefined

  constructor(given: Translating, question: Question, encoded: EncodedRequest, hiding?: Hiding) {
    const { ports, step, service, classified } = given
    this.ports = ports
    this.step = step
    this.service = service
    this.classified = classified
    this.question = question
    this.encoded = encoded
    this.hiding = hiding
    this.warnings = [...encoded.warnings]
    this.watch = new PlaceWatch(ports, step, classified)
  }

  request(): UpstreamRequest {
    const { endpoint, model, requestHeaders } = this.step
    const { path, body } = this.encoded
    const placed = endpoint.provider === undefined ? body : merge(body, endpoint.provider.body)
    return { endpoint, model, path, headers: [...requestHeaders, 'accept', this.accepts()], body: encoder.encode(JSON.stringify(placed)) }
  }

  stream(headers: UpstreamHeaders, _attempt: Attempt): AnswerStream | undefined {
    this.watch.seeHeaders(headers)
    return undefined
  }

  whole(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string {
    // A fault of ours in a translation must not leave a call without its end.
    try {
      return attempt.status < 300 ? this.answer(body, attempt, seen) : this.failure(body, attempt)
    } catch {
      return 'something that could not be translated'
    }
  }

  status(status: number): number {
    return this.told?.status ?? status
  }

  headers(classified: Classified, upstream: UpstreamHeaders): string[] {
    const headers = [...callHeaders(classified), ...this.step.responseHeaders, 'content-type', this.contentType]
    headers.push(...(this.told?.headers ?? []), ...warningsHeader(this.warnings))
    for (const name of REQUEST_IDS) {
      const value = firstOf(upstream[name])
      if (value !== undefined) headers.push(name, value)
    }
    return headers
  }

  record(): string {
    const [from, to] = [this.service.dialect.name, this.step.endpoint.dialect]
    return `${from === to ? '' : `,"dialect":"${from}>${to}"`}${warningsRecord(this.warnings)}${this.watch.record()}${this.hiding?.record() ?? ''}`
  }

  lost(): readonly Warning[] {
    return this.warnings
  }

  /** Media types of an answer, as the caller asked for it. */
  protected accepts(): string {
    return JSON_TYPE
  }

  /** An answer with success, for the caller; or what is wrong with it. */
  protected abstract answer(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string

  protected context(): AnswerContext<Question> {
    const { ports, classified, warnings } = this
    const { wholeCalls } = this.service
    const context = { request: this.question, call: classified.call, now: Math.floor(ports.clock() / 1000), warnings }
    return wholeCalls === undefined ? context : { ...context, wholeCalls }
  }

  protected parse(body: Uint8Array): JsonObject | string {
    const parsed = parseExactJson(decoder.decode(body), { maxLength: body.length, maxDepth: MAX_DEPTH })
    if (!parsed.ok) return 'JSON that breaks off'
    if (!isJsonObject(parsed.value)) return 'JSON that is no object'
    this.watch.seeBody(parsed.value)
    return parsed.value
  }

  /** A whole answer in the caller's words, with everything that was lost on both ways. */
  protected written({ body, warnings }: { readonly body: JsonObject; readonly warnings: readonly Warning[] }): Uint8Array {
    this.warnings.push(...asked(warnings, this.step.endpoint.dialect))
    return encoder.encode(JSON.stringify({ ...body, ...warningsMember(this.warnings) }))
  }

  /** The endpoint's own error, in the caller's words and with its hints when to come again. */
  private failure(body: Uint8Array, { status, upstreamHeaders }: Attempt): Uint8Array {
    const dialect = DIALECTS[this.step.endpoint.dialect]
    const said = dialect.decodeError(status, (name) => firstOf(upstreamHeaders[name.toLowerCase()]), decoder.decode(body))
    const error = this.hiding === undefined ? said : restoredError(said, this.hiding.restoring)
    const told = this.service.dialect.encodeError(error)
    this.told = told
    return encoder.encode(JSON.stringify({ ...told.body, ...warningsMember(this.warnings) }))
  }
}
