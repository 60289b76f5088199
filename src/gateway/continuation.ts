// When an endpoint fails in the middle of a stream, another of the plan may go on from what the caller has (G5). The caller's own dialect
// reads what was delivered, whoever wrote it, so that it does not matter how the first half came there.
import type { Reach } from '../core/jurisdiction.ts'
import type { Dialect, StreamEncoder } from './dialects/dialect.ts'
import { framingOf } from './dialects/framing.ts'
import type { NeutralEvent, NeutralRequest, Usage, Warning } from './dialects/neutral.ts'

type OfPart = Extract<NeutralEvent, { part: number }>

/** `length` in UTF-16 units. */
type OpenPart = { readonly of: 'text' | 'reasoning'; readonly length: number }

/** What the caller has of an answer whose endpoint failed. */
export type Half = {
  readonly events: readonly NeutralEvent[]
  /** All text so far, in the order of its parts. */
  readonly text: string
  /** The parts that have begun and not ended, by their number. */
  readonly open: ReadonlyMap<number, OpenPart>
  /** How many parts have begun. */
  readonly parts: number
}

/** Reads what was delivered, or says why nobody can go on from there. `delivered` ends where an event ends. */
export const halfOf = (near: Dialect, delivered: readonly Uint8Array[]): Half | string => {
  const reader = framingOf(near).reader()
  const decoder = near.streamDecoder()
  const half = new ReadHalf()
  for (const bytes of delivered)
    for (const wired of reader.push(bytes))
      for (const event of decoder.push(wired)) {
        const obstacle = half.push(event)
        if (obstacle !== undefined) return obstacle
      }
  return half
}

class ReadHalf implements Half {
  readonly events: NeutralEvent[] = []
  readonly open = new Map<number, OpenPart>()
  text = ''
  parts = 0

  /** What keeps this from being gone on with. */
  push(event: NeutralEvent): string | undefined {
    if ('choice' in event && event.choice > 0) return 'it is several answers at once'
    switch (event.kind) {
      case 'finish':
        return 'the model had finished'
      case 'failure':
        return 'it holds an error'
      case 'part-start':
        if (event.of.kind === 'tool-call') return 'it calls a tool'
        if (event.of.kind === 'refusal') return 'it refuses'
        this.begin(event.part, event.of.kind)
        break
      case 'part-delta':
        if (!this.grow(event.part, event.text)) return undefined
        break
      case 'part-end':
        if (!this.open.delete(event.part)) return undefined
    }
    this.events.push(event)
    return undefined
  }

  /** Thoughts end where words begin: an encoder that writes one part after the other would hold words back that were delivered. */
  private begin(part: number, of: OpenPart['of']): void {
    for (const [before, { of: kind }] of this.open)
      if (kind === 'reasoning') {
        this.open.delete(before)
        this.events.push({ kind: 'part-end', choice: 0, part: before })
      }
    this.open.set(part, { of, length: 0 })
    this.parts = Math.max(this.parts, part + 1)
  }

  private grow(part: number, text: string): boolean {
    const open = this.open.get(part)
    if (open === undefined) return false
    this.open.set(part, { of: open.of, length: open.length + text.length })
    if (open.of === 'text') this.text += text
    return true
  }
}

const GO_ON =
  'The answer above broke off. Go on from exactly where it stops, even in the middle of a word: repeat nothing of it, and say nothing before.'
/** It is plain ASCII. */
export const GO_ON_BYTES = GO_ON.length

/**
 * The question that makes another model go on. `prefill`: the endpoint continues a last message of the assistant by itself; any other is
 * told to in words. Undefined where only the first model could finish what it began.
 */
export const goingOn = (question: NeutralRequest, { text }: Half, written: number, prefill: boolean): NeutralRequest | undefined => {
  const { messages, sampling, output, continuation } = question
  const left = sampling.maxTokens === undefined ? undefined : Math.max(1, sampling.maxTokens - written)
  const asked = { ...question, sampling: left === undefined ? sampling : { ...sampling, maxTokens: left } }
  if (text === '') return asked
  if (continuation !== undefined) return continuation.suffix === undefined ? withText(asked, text) : undefined
  if (!prefill && output !== undefined && output.kind !== 'text') return undefined
  const said = { role: 'assistant', parts: [{ kind: 'text', text }] } as const
  const told = { role: 'user', parts: [{ kind: 'text', text: GO_ON }] } as const
  return { ...asked, messages: [...messages, said, ...(prefill ? [] : [told])] }
}

/** A text is continued by a longer text; what was echoed of it is not echoed again. */
const withText = (question: NeutralRequest, text: string): NeutralRequest => {
  const prompt = question.messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))).join('')
  const whole = question.continuation?.echo === true ? text : prompt + text
  return { ...question, continuation: { echo: false }, messages: [{ role: 'user', parts: [{ kind: 'text', text: whole }] }] }
}

/** Where one endpoint, `to`, took over from another, and who holds the powers over it. */
export type Seam = Reach & { readonly from: string; readonly to: string; readonly characters: number; readonly events: number }

/** INVARIANT(G5): the caller is told who took over, where, and how: at the seam in a comment, and among the warnings of the end. */
export const seamWarning = ({ from, to, characters }: Seam): Warning => ({
  kind: 'emulated',
  weight: 'constraint',
  path: '/stream',
  message: `after ${characters} characters \`${from}\` failed, and \`${to}\` went on from there`,
})

export const seamRecord = (seams: readonly Seam[]): string => (seams.length === 0 ? '' : `,"seams":${JSON.stringify(seams)}`)

/** The caller's stream from the seam on: one encoder that has seen the first half and writes the second behind it. */
export class ResumedEncoder implements StreamEncoder {
  private readonly inner: StreamEncoder
  private readonly half: Half
  private readonly spent: Usage
  private comment: string
  /** Which part of the whole answer a part of the second half is. */
  private readonly places = new Map<number, number>()
  private readonly open: Map<number, OpenPart>
  private parts: number

  /** `spent`: what the first half used, as far as is known; the caller reads the sum. */
  constructor(inner: StreamEncoder, { half, spent }: { readonly half: Half; readonly spent: Usage }, seam: Seam) {
    this.inner = inner
    this.half = half
    this.spent = spent
    this.open = new Map(half.open)
    this.parts = half.parts
    this.comment = `: allod ${JSON.stringify({ seam })}\n\n`
    for (const event of half.events) inner.push(event)
  }

  warnings(): readonly Warning[] {
    return this.inner.warnings()
  }

  push(event: NeutralEvent): string {
    const said = this.moved(event)
      .map((each) => this.inner.push(each))
      .join('')
    if (said === '') return ''
    const text = this.comment + said
    this.comment = ''
    return text
  }

  private moved(event: NeutralEvent): readonly NeutralEvent[] {
    switch (event.kind) {
      case 'start':
        // The first half has begun already; an answer that had not even that begins now.
        return this.half.events.some(({ kind }) => kind === 'start') ? [] : [event]
      case 'usage':
        return [{ kind: 'usage', usage: sum(this.spent, event.usage) }]
      case 'part-start':
        return this.begun(event)
      case 'part-delta':
      case 'citation':
        return [this.placed(event)]
      case 'part-end':
        this.open.delete(this.places.get(event.part) ?? event.part)
        return [this.placed(event)]
      case 'finish':
        return [...this.ended(), event]
      default:
        return [event]
    }
  }

  /** The first text goes on in the text that was open; everything else is new. */
  private begun(event: Extract<NeutralEvent, { kind: 'part-start' }>): readonly NeutralEvent[] {
    const before = [...this.open].find(([part, { of }]) => of === 'text' && part < this.half.parts)
    if (event.of.kind === 'text' && before !== undefined && ![...this.places.values()].includes(before[0])) {
      this.places.set(event.part, before[0])
      return this.ended('reasoning')
    }
    const place = this.parts++
    this.places.set(event.part, place)
    const thoughts = this.ended('reasoning')
    if (event.of.kind === 'text' || event.of.kind === 'reasoning') this.open.set(place, { of: event.of.kind, length: 0 })
    return [...thoughts, { ...event, part: place }]
  }

  /** Ends what the first half left open and the second does not go on with. */
  private ended(kind?: 'reasoning'): readonly NeutralEvent[] {
    const parts = [...this.open].filter(([part, { of }]) => part < this.half.parts && (kind === undefined || of === kind))
    for (const [part] of parts) this.open.delete(part)
    return parts.map(([part]) => ({ kind: 'part-end', choice: 0, part }))
  }

  private placed<Event extends OfPart>(event: Event): Event {
    const part = this.places.get(event.part) ?? event.part
    const before = this.half.open.get(part)?.length ?? 0
    if (event.kind !== 'citation' || before === 0) return { ...event, part }
    // Places in the text are counted from its beginning, which the second endpoint has not written.
    const { citation } = event
    const shift = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + before)
    const [from, to] = [shift(citation.from), shift(citation.to)]
    return { ...event, part, citation: { ...citation, ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }
  }
}

const sum = (first: Usage, second: Usage): Usage => ({
  ...second,
  input: first.input + second.input,
  output: first.output + second.output,
})
