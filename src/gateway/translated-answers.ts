import { type Asking, type Attempt, type Carriage, type Carrier, Unsupported } from './carriage.ts'
import { decodedOf, invalidBody } from './decoded.ts'
import type { Codec, EncodedRequest } from './dialects/dialect.ts'
import type { Extensions } from './dialects/neutral.ts'
import type { Observed } from './observed.ts'
import type { Step } from './prepared.ts'
import type { Service } from './services.ts'
import { refused, Translated, type Translating, unencodable } from './translation.ts'
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
    const encoded = this.pair.to.encodeRequest({ ...decoded.value, model: this.step.model.nameThere })
    if (!encoded.ok) return unencodable(given, encoded.error)
    const warnings = weighed(encoded.value.warnings, decoded.value.extensions)
    return refused(given, warnings) ?? new AnswerCarriage(given, decoded.value, { ...encoded.value, warnings }, this.pair)
  }
}

class AnswerCarriage<Question extends Asked, Answer extends object> extends Translated<Question> {
  private readonly pair: Pair<Question, Answer>

  constructor(given: Translating, question: Question, encoded: EncodedRequest, pair: Pair<Question, Answer>) {
    super(given, question, encoded)
    this.pair = pair
  }

  protected override answer(body: Uint8Array, _attempt: Attempt, seen: Observed): Uint8Array | string {
    const parsed = this.parse(body)
    if (typeof parsed === 'string') return parsed
    const decoded = this.pair.to.decodeResponse(parsed)
    if (!decoded.ok) return `something else than was asked for: ${decoded.error.message}`
    seen.input = this.pair.inputOf(decoded.value)
    const answer = 'model' in decoded.value ? { ...decoded.value, model: this.classified.asked.model } : decoded.value
    return this.written(this.pair.from.encodeResponse(answer, this.context()))
  }
}
