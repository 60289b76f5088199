import { isJsonObject, type JsonObject, parseExactJson } from '../core/json.ts'
import type { Result } from '../core/result.ts'
import { mediaType } from './answer-headers.ts'
import { type AnswerKeeper, keeperOf } from './answer-keeper.ts'
import { askedAgain, askingAgain, type Fault, faultOf, together } from './asking-again.ts'
import { type AnswerStream, type Asking, type Attempt, type Carriage, type Carrier, Unsupported } from './carriage.ts'
import { goingOn, ResumedEncoder, seamWarning } from './continuation.ts'
import { forEndpoint, type Moved } from './conversations.ts'
import { decodedOf, invalidBody, MAX_DEPTH } from './decoded.ts'
import { Collector, eventsOf } from './dialects/collect.ts'
import type { AnswerContext, Dialect, StreamEncoder } from './dialects/dialect.ts'
import { framingOf } from './dialects/framing.ts'
import type { NeutralRequest, NeutralResponse, Usage, Warning } from './dialects/neutral.ts'
import type { ServerSentEvent } from './dialects/server-sent-events.ts'
import { declared, shortened } from './health/scarcity.ts'
import { type Hiding, hidingFor, Unhidden } from './hiding.ts'
import type { Observed } from './observed.ts'
import { type Checked, checkAnswer, isInForm } from './output-check.ts'
import type { UpstreamHeaders } from './ports.ts'
import type { Step } from './prepared.ts'
import { type Adapted, adaptRequest } from './providers/adapt.ts'
import { adaptBody } from './providers/adapt-body.ts'
import { adaptAnswer, adaptAnswerBody, adaptEvents, type EventAdapter } from './providers/answer.ts'
import type { Deviations } from './providers/profile.ts'
import type { Service } from './services.ts'
import { seamOf, type Taken } from './takeover.ts'
import { RestoringEvents, restoredExtensions, restoredResponse } from './telling.ts'
import { TranslatedStream } from './translated-stream.ts'
import { leaking, refused, Translated, type Translating, unencodable, unhidden, unsupported } from './translation.ts'
import { unspeakable, weighed } from './warnings.ts'

type ChatService = Service & { readonly kind: 'chat' }
/** The endpoint's side of it. */
type Far = { readonly dialect: Dialect; readonly deviations: Deviations }
/** A question, the request that asks it as it leaves, and how its answer is to be read. */
type Encoded = {
  readonly question: NeutralRequest
  readonly path: string
  readonly body: JsonObject
  readonly warnings: readonly Warning[]
  readonly adapted: Adapted
}
/** A call on its way, and the question as its answer repeats it. */
type Own = Translating & { readonly carrier: TranslatedChat; readonly far: Far; readonly own: NeutralRequest }

const EVENT_LENGTH = 1 << 24
/** More bytes than the words with which bridges stand for what an endpoint has not; what they quote is the caller's own. */
const INSTRUCTIONS = 2048

/** Carries questions to a model into another dialect, or into the same with what this endpoint wants otherwise. */
export class TranslatedChat implements Carrier {
  readonly overhead: number
  readonly mayAskAgain: boolean
  private readonly step: Step
  private readonly service: ChatService
  private readonly far: Far

  constructor(step: Step, service: ChatService, dialect: Dialect, deviations: Deviations) {
    this.step = step
    this.service = service
    this.far = { dialect, deviations }
    const { jsonModes } = deviations
    this.mayAskAgain = jsonModes !== undefined && !(jsonModes.object && jsonModes.schema)
    this.overhead = Object.keys(deviations).length === 0 ? 0 : INSTRUCTIONS
  }

  prepare(asking: Asking): Carriage | Unsupported {
    const { ports, classified } = asking
    const decoded = decodedOf<NeutralRequest>(asking)
    if (!decoded.ok) return new Unsupported(invalidBody(decoded.error))
    const given = { ports, step: this.step, service: this.service, classified }
    const { resumed } = classified
    const moved = resumed && forEndpoint(resumed.request, resumed.loaded, this.step.endpoint.id)
    const { degradation, taken } = asking
    const whole = shortened(moved?.request ?? decoded.value, degradation)
    const question =
      taken === undefined ? whole : goingOn(whole, taken.half, taken.written, this.far.deviations.roles?.prefill !== undefined)
    if (question === undefined) return unsupported(given, 'it cannot go on with an answer of this kind', null)
    const hiding = hidingFor(asking, this.step)
    const encoded = this.encode(given, question, moved, hiding)
    if (encoded instanceof Unsupported) return encoded
    // What an answer repeats of its question is what this question said itself.
    const told = degradation === undefined ? [] : declared(degradation, this.step, classified.asked.maxOutput)
    const before = taken === undefined ? [] : [...taken.warnings, seamWarning(seamOf(taken, this.step))]
    const sent = { ...encoded, warnings: [...before, ...told, ...encoded.warnings] }
    const call = { ...given, carrier: this, far: this.far, own: resumed?.own ?? decoded.value }
    return refused(given, encoded.warnings) ?? new ChatCarriage(call, sent, taken, hiding)
  }

  /** The carriage that asks the same again; undefined where it cannot be asked. `used`: by the answer that is no good. */
  again(call: Own, first: Encoded, fault: Fault, used: Usage[], hiding: Hiding | undefined): Carriage | undefined {
    const encoded = this.encode(call, askingAgain(first.question, fault), undefined, hiding)
    if (encoded instanceof Unsupported || refused(call, encoded.warnings) !== undefined) return undefined
    // The caller's own words lose what they lost before, and ours nothing that was asked for.
    return new ChatCarriage(call, { ...encoded, warnings: [...first.warnings, askedAgain(fault)] }, undefined, hiding, used)
  }

  private encode(
    given: Translating,
    question: NeutralRequest,
    moved: Moved | undefined,
    hiding: Hiding | undefined,
  ): Encoded | Unsupported {
    const { dialect, deviations } = this.far
    const { nameThere, maxOutputTokens } = this.step.model
    // What a stream used is asked for whoever wants to know: the caller is told of it only where it asked.
    const counts = question.stream && deviations.streaming?.options !== false
    const hidden = hiding === undefined ? question : hiding.hide(question)
    if (hidden instanceof Unhidden) return unhidden(given, hidden)
    const asked = { ...hidden, model: nameThere, ...(counts && { streamUsage: true }) }
    const adapted = adaptRequest(asked, deviations, { bridges: given.classified.alias.bridges, maxOutputTokens })
    if (!adapted.ok) return unsupported(given, adapted.error.message, adapted.error.path)
    const { request, body: plan, restorePath } = adapted.value
    const encoded = dialect.encodeRequest(request)
    if (!encoded.ok) return unencodable(given, encoded.error)
    const { body, warnings } = adaptBody(encoded.value.body, plan, request, deviations)
    const leak = leaking(given, hiding, { body })
    if (leak !== undefined) return leak
    const encoding = encoded.value.warnings.map((warning) => ({ ...warning, path: restorePath(warning.path) }))
    const lost = weighed([...(hiding?.warnings() ?? []), ...adapted.value.warnings, ...encoding, ...warnings], question.extensions)
    const all =
      moved === undefined ? lost : [...moved.warnings, ...lost.map((warning) => ({ ...warning, path: moved.restorePath(warning.path) }))]
    return {
      question,
      path: encoded.value.path,
      body,
      warnings: question.streamUsage === true ? all : all.filter(({ path }) => path !== '/streamUsage'),
      adapted: adapted.value,
    }
  }
}

class ChatCarriage extends Translated<NeutralRequest> {
  private readonly call: Own
  private readonly sent: Encoded
  private readonly asked: NeutralRequest
  private readonly adapted: Adapted
  private readonly near: Dialect
  private readonly far: Far
  private readonly keeper: AnswerKeeper | undefined
  private readonly taken: Taken | undefined
  /** By each answer to this question that has been read; those of an answer before and of one asked for in its place know of each other. */
  private readonly used: Usage[]
  private readonly isSecond: boolean
  private checked: Checked | undefined
  private streaming: TranslatedStream | undefined

  constructor(call: Own, encoded: Encoded, taken: Taken | undefined, hiding: Hiding | undefined, used?: Usage[]) {
    super(call, call.own, encoded, hiding)
    this.call = call
    this.sent = encoded
    this.used = used ?? []
    this.isSecond = used !== undefined
    this.asked = call.own
    this.adapted = encoded.adapted
    this.near = call.service.dialect
    this.far = call.far
    this.keeper = keeperOf(call, this.warnings)
    this.taken = taken
  }

  override stream(headers: UpstreamHeaders, attempt: Attempt): AnswerStream | undefined {
    super.stream(headers, attempt)
    const framing = framingOf(this.far.dialect)
    if (!this.asked.stream || mediaType(headers) !== framing.contentType) return undefined
    this.contentType = framingOf(this.near).contentType
    this.streaming = new TranslatedStream({
      reader: framing.reader(),
      decoder: this.far.dialect.streamDecoder(),
      before: (event) => this.before(event),
      adapter: this.adapter(),
      encoder: this.encoder(),
      near: this.near,
      model: this.classified.asked.model,
      check: this.adapted.check,
      lost: (warnings, extensions) => {
        this.warnings.push(...warnings, ...unspeakable(extensions))
        this.keeper?.beyond(extensions && this.hiding ? restoredExtensions(extensions, this.hiding.restoring) : extensions)
      },
    })
    return this.streaming
  }

  override record(): string {
    if (this.streaming !== undefined) this.warnings.push(...this.streaming.takeWarnings())
    return super.record()
  }

  again(body: Uint8Array, attempt: Attempt, seen: Observed): Carriage | undefined {
    const { check } = this.adapted
    if (check === undefined || this.asked.stream || !this.classified.alias.bridges.has('json-by-asking-again')) return undefined
    // A fault of ours in a translation must not leave a call without its end.
    try {
      const checked = this.understood(body, attempt, seen)
      if (typeof checked === 'string') return undefined
      // Nobody asks a third time; that the second answer is no better is all there is to say.
      if (this.isSecond) return isInForm(check, checked.response) ? undefined : this
      const fault = faultOf(checked)
      return fault && this.call.carrier.again(this.call, this.sent, fault, this.used, this.hiding)
    } catch {
      return undefined
    }
  }

  takeBack(): void {
    this.keeper?.takeBack()
  }

  protected override context(): AnswerContext<NeutralRequest> {
    const context = super.context()
    return this.keeper === undefined ? context : { ...context, telling: this.keeper }
  }

  protected override accepts(): string {
    return this.adapted.request.stream ? framingOf(this.far.dialect).contentType : super.accepts()
  }

  protected override answer(body: Uint8Array, attempt: Attempt, seen: Observed): Uint8Array | string {
    const checked = this.understood(body, attempt, seen)
    if (typeof checked === 'string') return checked
    const { response, warnings } = checked
    this.warnings.push(...warnings)
    const usage = response.usage && together(response.usage, this.used)
    const named = { ...response, model: this.classified.asked.model, ...(usage && { usage }) }
    if (this.asked.stream) return this.asStream(named)
    this.keeper?.take(named)
    return this.written(this.near.encodeResponse(named, this.context()))
  }

  /** What an answer says, adapted and held against the form that was demanded; read only once. */
  private understood(body: Uint8Array, { upstreamHeaders }: Attempt, seen: Observed): Checked | string {
    if (this.checked === undefined) {
      const streamed = mediaType(upstreamHeaders) === framingOf(this.far.dialect).contentType
      const read = streamed ? this.gathered(body) : this.read(body)
      if (typeof read === 'string') return read
      const { response: adapted, warnings } = adaptAnswer(read, this.adapted.answer, this.classified.call)
      const response = this.hiding === undefined ? adapted : restoredResponse(adapted, this.hiding.restoring)
      const checked = checkAnswer(this.adapted.check, response)
      this.checked = { ...checked, warnings: [...warnings, ...checked.warnings] }
      if (response.usage !== undefined) this.used.push(response.usage)
    }
    const { usage } = this.checked.response
    seen.input = usage?.input
    seen.output = usage?.output
    return this.checked
  }

  private adapter(): EventAdapter {
    const adapter = adaptEvents(this.adapted.answer, this.classified.call)
    return this.hiding === undefined ? adapter : new RestoringEvents(adapter, this.hiding.restoring)
  }

  private encoder(): StreamEncoder {
    const encoder = this.near.streamEncoder(this.context())
    const kept = this.keeper?.along(encoder) ?? encoder
    return this.taken === undefined ? kept : new ResumedEncoder(kept, this.taken, seamOf(this.taken, this.step))
  }

  private read(body: Uint8Array): NeutralResponse | string {
    const parsed = this.parse(body)
    if (typeof parsed === 'string') return parsed
    return orWhatIsWrong(this.far.dialect.decodeResponse(adaptAnswerBody(parsed, this.far.deviations)))
  }

  /** A whole answer out of a stream, from an endpoint that knows nothing else. */
  private gathered(body: Uint8Array): NeutralResponse | string {
    const reader = framingOf(this.far.dialect).reader()
    const decoder = this.far.dialect.streamDecoder()
    const collector = new Collector()
    for (const event of reader.push(body)) for (const said of decoder.push(this.before(event))) collector.push(said)
    for (const said of decoder.end()) collector.push(said)
    const response = orWhatIsWrong(collector.conclude())
    const extensions = decoder.extensions?.()
    return typeof response === 'string' || extensions === undefined ? response : { ...response, extensions }
  }

  /** The stream that the caller wants, out of the whole answer of an endpoint that did not stream. */
  private asStream(response: NeutralResponse): Uint8Array {
    const framing = framingOf(this.near)
    this.contentType = framing.contentType
    this.warnings.push(...unspeakable(response.extensions))
    this.keeper?.beyond(response.extensions)
    const encoder = this.encoder()
    const text = eventsOf(response)
      .map((event) => encoder.push(event))
      .join('')
    this.warnings.push(...encoder.warnings())
    return framing.bytes(text)
  }

  /** An event as the endpoint's dialect looks for it. */
  private before(event: ServerSentEvent): ServerSentEvent {
    this.watch.seeEvent(event.data)
    if (this.far.deviations.usage === undefined) return event
    const parsed = parseExactJson(event.data, { maxLength: EVENT_LENGTH, maxDepth: MAX_DEPTH })
    if (!parsed.ok || !isJsonObject(parsed.value)) return event
    return { ...event, data: JSON.stringify(adaptAnswerBody(parsed.value, this.far.deviations)) }
  }
}

const orWhatIsWrong = (read: Result<NeutralResponse, { readonly message: string }>): NeutralResponse | string =>
  read.ok ? read.value : `something else than was asked for: ${read.error.message}`
