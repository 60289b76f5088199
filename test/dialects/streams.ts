// Streams as endpoints make them: parts that interleave, in fragments; and the order that every stream of events must keep.
import fc, { type Arbitrary } from 'fast-check'
import { eventsOf } from '../../src/gateway/dialects/collect.ts'
import type { NeutralEvent, NeutralResponse } from '../../src/gateway/dialects/neutral.ts'

type OfPart = Extract<NeutralEvent, { part: number }>
type Delta = Extract<NeutralEvent, { kind: 'part-delta' }>

/** Streams that collect to this answer: texts in fragments, none through a character, and parts started in order but open at once. */
export const interleaved = (response: NeutralResponse): Arbitrary<NeutralEvent[]> =>
  fc.array(fc.nat(), { minLength: 24, maxLength: 48, size: 'max' }).map((numbers) => {
    let drawn = 0
    const draw = (below: number): number => (numbers[drawn++ % numbers.length] ?? 0) % below
    const events = eventsOf(response)
    const [start, ...rest] = events
    const tail = rest.filter((event) => event.kind === 'usage' || event.kind === 'end')
    const choices = response.choices.map(({ index }) =>
      woven(
        rest.filter((event) => 'choice' in event && event.choice === index),
        draw,
      ),
    )
    return [...(start === undefined ? [] : [start]), ...shuffledTogether(choices, draw), ...tail]
  })

const woven = (events: readonly NeutralEvent[], draw: (below: number) => number): NeutralEvent[] => {
  const parts = new Map<number, NeutralEvent[]>()
  const others: NeutralEvent[] = []
  for (const event of events) {
    if (!('part' in event)) others.push(event)
    else parts.set(event.part, [...(parts.get(event.part) ?? []), ...(event.kind === 'part-delta' ? fragments(event, draw) : [event])])
  }
  return [...interleave([...parts.values()], draw), ...others]
}

const fragments = (delta: Delta, draw: (below: number) => number): OfPart[] => {
  const pieces: OfPart[] = []
  let text = ''
  for (const character of delta.text) {
    text += character
    if (draw(4) === 0) {
      pieces.push({ ...delta, text })
      text = ''
    }
  }
  if (text !== '') pieces.push({ ...delta, text })
  return pieces
}

/** Takes from the open parts at random; the next part may start at any time, so that starts keep their order. */
const interleave = (parts: readonly NeutralEvent[][], draw: (below: number) => number): NeutralEvent[] => {
  const waiting = parts.map((events) => [...events])
  const open: NeutralEvent[][] = []
  const made: NeutralEvent[] = []
  while (waiting.length > 0 || open.length > 0) {
    if (waiting.length > 0 && (open.length === 0 || draw(3) === 0)) open.push(waiting.shift() as NeutralEvent[])
    const newest = open.at(-1) as NeutralEvent[]
    const from = newest[0]?.kind === 'part-start' ? newest : (open[draw(open.length)] as NeutralEvent[])
    made.push(from.shift() as NeutralEvent)
    if (from.length === 0) open.splice(open.indexOf(from), 1)
  }
  return made
}

const shuffledTogether = (lists: readonly NeutralEvent[][], draw: (below: number) => number): NeutralEvent[] => {
  const left = lists.map((list) => [...list])
  const made: NeutralEvent[] = []
  while (left.some((list) => list.length > 0)) {
    const open = left.filter((list) => list.length > 0)
    made.push((open[draw(open.length)] as NeutralEvent[]).shift() as NeutralEvent)
  }
  return made
}

/** What in these events breaks the order that `NeutralEvent` promises; undefined when nothing does. A failure may come at any time. */
export const orderProblem = (events: readonly NeutralEvent[]): string | undefined => {
  const order = new Order()
  for (const [at, event] of events.entries()) if (!order.takes(event)) return `event ${at} is out of place: ${JSON.stringify(event)}`
  return order.complete ? undefined : 'the stream has no end'
}

/** Follows a stream of events and says of each whether it may stand where it does. */
export class Order {
  private readonly parts = new Map<number, ('open' | 'ended')[]>()
  private readonly finished = new Set<number>()
  private begun = false
  /** The last event has come. */
  complete = false

  takes(event: NeutralEvent): boolean {
    const begun = this.begun
    if (this.complete || (event.kind !== 'failure' && (event.kind === 'start') === begun)) return false
    this.begun = true
    if (event.kind === 'failure') this.complete = true
    else if (event.kind === 'end') {
      this.complete = [...this.parts.keys()].every((choice) => this.finished.has(choice))
      return this.complete
    } else if ('choice' in event) return this.takesOfChoice(event)
    return true
  }

  private takesOfChoice(event: Extract<NeutralEvent, { choice: number }>): boolean {
    const own = this.parts.get(event.choice) ?? []
    this.parts.set(event.choice, own)
    if (this.finished.has(event.choice)) return false
    if (event.kind === 'part-start') return event.part === own.length && own.push('open') > 0
    if (event.kind === 'finish') return !own.includes('open') && this.finished.add(event.choice) !== undefined
    if (event.kind === 'log-probabilities') return true
    if (own[event.part] !== 'open' || (event.kind === 'part-delta' && !String(event.text).isWellFormed())) return false
    if (event.kind === 'part-end') own[event.part] = 'ended'
    return true
  }
}
