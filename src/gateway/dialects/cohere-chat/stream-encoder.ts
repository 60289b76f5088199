// Writes the events of a streamed answer as Cohere does: one block after the other, each event under its name.
import type { JsonObject } from '../../../core/json.ts'
import { defined } from '../defined.ts'
import type { AnswerContext, StreamEncoder } from '../dialect.ts'
import { Losses, pointer } from '../losses.ts'
import type { EndpointError, NeutralEvent, NeutralRequest, Usage, Warning } from '../neutral.ts'
import { Sequential } from '../sequential.ts'
import { formatEvent } from '../server-sent-events.ts'
import { isPlan } from './assistant.ts'
import { encodeCitation, Places } from './citations.ts'
import { encodeStop, encodeToken, encodeUsage } from './response.ts'

type PartStartEvent = Extract<NeutralEvent, { kind: 'part-start' }>
/** The part that is being written: its number among its like, and what was said so far where citations may point into it. */
type Block = { readonly kind: 'text' | 'thinking' | 'call'; readonly index: number; text: string; readonly places: Places }

export const streamEncoder = (context: AnswerContext<NeutralRequest>): StreamEncoder => new Encoder(context)

class Encoder implements StreamEncoder {
  private readonly context: AnswerContext<NeutralRequest>
  private readonly losses = new Losses()
  private readonly sequential = new Sequential()
  private block: Block = { kind: 'text', index: 0, text: '', places: new Places() }
  private contents = 0
  private calls = 0
  private citations = 0
  private tokens = 0
  private reason: string | undefined
  private usage: Usage | undefined

  constructor(context: AnswerContext<NeutralRequest>) {
    this.context = context
  }

  push(event: NeutralEvent): string {
    if ('choice' in event && event.choice !== 0) {
      this.losses.dropped('content', pointer('choices', event.choice), 'cohere gives one answer')
      return ''
    }
    return this.sequential
      .push(event)
      .map((next) => this.write(next))
      .join('')
  }

  warnings(): readonly Warning[] {
    return this.losses.warnings
  }

  private write(event: NeutralEvent): string {
    switch (event.kind) {
      case 'start':
        return say({ type: 'message-start', id: event.id === '' ? this.context.call : event.id, delta: { message: NOTHING_SAID } })
      case 'part-start':
        return this.start(event)
      case 'part-delta':
        return this.grow(event.text)
      case 'citation':
        return this.cite(encodeCitation(event.citation, this.block.text, this.block.places, this.block.index))
      case 'part-end':
        if (event.opaque !== undefined) this.loseOpaque(pointer('choices', 0, 'parts', event.part, 'opaque'), isPlan(event.opaque))
        return say({ type: this.block.kind === 'call' ? 'tool-call-end' : 'content-end', index: this.block.index })
      case 'log-probabilities':
        return event.tokens.map((token) => this.logProbabilities(encodeToken(token, this.tokens++, this.losses))).join('')
      case 'finish':
        this.reason = encodeStop(event.stop, '/choices/0', this.losses)
        return ''
      case 'usage':
        this.usage = event.usage
        return ''
      case 'failure':
        return this.conclude(event.error)
      case 'end':
        return this.conclude(undefined)
    }
  }

  private start({ part, of }: PartStartEvent): string {
    if (of.kind === 'tool-call') {
      this.block = { kind: 'call', index: this.calls++, text: '', places: new Places() }
      const call = { id: of.id, type: 'function', function: { name: of.name, arguments: '' } }
      return say({ type: 'tool-call-start', index: this.block.index, delta: { message: { tool_calls: call } } })
    }
    if (of.kind === 'refusal')
      this.losses.approximated('hint', pointer('choices', 0, 'parts', part, 'kind'), 'cohere knows no refusals: this one is sent as text')
    this.block = { kind: of.kind === 'reasoning' ? 'thinking' : 'text', index: this.contents++, text: '', places: new Places() }
    const { kind, index } = this.block
    return say({ type: 'content-start', index, delta: { message: { content: { type: kind, [kind]: '' } } } })
  }

  private grow(text: string): string {
    const { kind, index } = this.block
    if (kind === 'call')
      return say({ type: 'tool-call-delta', index, delta: { message: { tool_calls: { function: { arguments: text } } } } })
    if (kind === 'text') {
      this.block.text += text
      this.block.places.grow(text)
    }
    return say({ type: 'content-delta', index, delta: { message: { content: { [kind]: text } } } })
  }

  private cite(citations: JsonObject): string {
    const index = this.citations++
    return say({ type: 'citation-start', index, delta: { message: { citations } } }) + say({ type: 'citation-end', index })
  }

  /** They stand beside a fragment of text, here an empty one. */
  private logProbabilities(logprobs: JsonObject): string {
    const index = Math.max(0, this.contents - 1)
    return say({ type: 'content-delta', index, delta: { message: { content: { text: '' } } }, logprobs })
  }

  private loseOpaque(at: string, plan: boolean): void {
    if (plan) this.losses.approximated('hint', at, 'the plan of the tool calls was streamed as thinking')
    else this.losses.dropped('hint', at, 'cohere has no place for what another vendor alone can read')
  }

  private conclude(error: EndpointError | undefined): string {
    const delta = defined({
      error: error?.message,
      finish_reason: error === undefined ? this.reason : 'ERROR',
      usage: this.usage && encodeUsage(this.usage, this.losses),
    })
    const warnings = [...this.context.warnings, ...this.losses.warnings]
    const last = { type: 'message-end', delta, ...(warnings.length > 0 && { allod: { warnings } }) }
    // INVARIANT(G5): the vendor's SDK takes the mark for the end of a whole answer, and looks at the connection no more.
    return formatEvent(JSON.stringify(last), last.type) + (error === undefined ? DONE : '')
  }
}

const NOTHING_SAID = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
const DONE = formatEvent('[DONE]')

const say = (event: JsonObject & { readonly type: string }): string => formatEvent(JSON.stringify(event), event.type)
