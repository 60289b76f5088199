import type { Json } from '../core/json.ts'
import { type Asking, type Attempt, type Carriage, type Carrier, Unsupported } from './carriage.ts'
import { decodedOf, invalidBody } from './decoded.ts'
import type { Codec, EncodedRequest } from './dialects/dialect.ts'
import type { Extensions } from './dialects/neutral.ts'
import { type Hiding, hidingFor, Unhidden } from './hiding.ts'
import type { Observed } from './observed.ts'
import type { Step } from './prepared.ts'
import type { Service } from './services.ts'
import { restoredJson } from './telling.ts'
import { leaking, refused, Translated, type Translating, unencodable, unhidden } from './translation.ts'
import { weighed } from './warnings.ts'

/** What all questions have. */
type Asked = { readonly model: string; readonly extensions?: Extensions }

/** The two directions of one kind of question, and the tokens of input that its answer says were read. */
export type Pair<Question, Answer> = {
  readonly from: Codec<Question, Answer>
  readonly to: Codec<Question, Answer>
  readonly inputOf: (answer: Answer) => number | undefined
}

/** Carries questions that have one whole answer: embeddings, rerank, counts of tokens. */
export class TranslatedAnswers<Question extends Asked, Answer extends object> implements Carrier {
  readonly overhead = 0
  private readonly step: Step
  private readonly service: Service
  private readonly pair: Pair<Question, Answer>

  constructor(step: Step, service: Service, pair: Pair<Question, Answer>) {
    this.step = step
    this.service = service
    this.pair = pair
  }

  prepare(asking: Asking): Carriage | Unsupported {
    const decoded = decodedOf<Question>(asking)
    if (!decoded.ok) return new Unsupported(invalidBody(decoded.error))
    const given = { ports: asking.ports, step: this.step, service: this.service, classified: asking.classified }
    const hiding = hidingFor(asking, this.step)
    const asked = hiding === undefined ? decoded.value : hiding.hide(decoded.value)
    if (asked instanceof Unhidden) return unhidden(given, asked)
    const encoded = this.pair.to.encodeRequest({ ...asked, model: this.step.model.nameThere })
    if (!encoded.ok) return unencodable(given, encoded.error)
    const lost = weighed(encoded.value.warnings, decoded.value.extensions)
    const no = refused(given, lost) ?? leaking(given, hiding, encoded.value)
    if (no !== undefined) return no
    const warnings = [...lost, ...(hiding?.warnings() ?? [])]
    return new AnswerCarriage(given, decoded.value, { ...encoded.value, warnings }, this.pair, hiding)
  }
}

class AnswerCarriage<Question extends Asked, Answer extends object> extends Translated<Question> {
  private readonly pair: Pair<Question, Answer>

  constructor(given: Translating, question: Question, encoded: EncodedRequest, pair: Pair<Question, Answer>, hiding: Hiding | undefined) {
    super(given, question, encoded, hiding)
    this.pair = pair
  }

  protected override answer(body: Uint8Array, _attempt: Attempt, seen: Observed): Uint8Array | string {
    const parsed = this.parse(body)
    if (typeof parsed === 'string') return parsed
    const decoded = this.pair.to.decodeResponse(parsed)
    if (!decoded.ok) return `something else than was asked for: ${decoded.error.message}`
    seen.input = this.pair.inputOf(decoded.value)
    const told = this.hiding === undefined ? decoded.value : (restoredJson(decoded.value as Json, this.hiding.restoring) as Answer)
    const answer = 'model' in told ? { ...told, model: this.classified.asked.model } : told
    return this.written(this.pair.from.encodeResponse(answer, this.context()))
  }
}
