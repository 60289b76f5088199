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
  const parts = new Map<number, ('open' | 'ended')[]>()
  const finished = new Set<number>()
  for (const [at, event] of events.entries()) {
    const wrong = `event ${at} is out of place: ${JSON.stringify(event)}`
    const last = event.kind === 'end' || event.kind === 'failure'
    if (last !== (at === events.length - 1)) return wrong
    if ((at === 0) !== (event.kind === 'start') && event.kind !== 'failure') return wrong
    if (!('choice' in event)) continue
    const own = parts.get(event.choice) ?? []
    parts.set(event.choice, own)
    if (finished.has(event.choice)) return wrong
    if (event.kind === 'part-start') {
      if (event.part !== own.length) return wrong
      own.push('open')
    } else if (event.kind === 'finish') {
      if (own.includes('open')) return wrong
      finished.add(event.choice)
    } else if ('part' in event) {
      if (own[event.part] !== 'open') return wrong
      if (event.kind === 'part-delta' && !String(event.text).isWellFormed()) return `event ${at} splits a character`
      if (event.kind === 'part-end') own[event.part] = 'ended'
    }
  }
  if (events.at(-1)?.kind === 'failure') return undefined
  return [...parts.keys()].every((choice) => finished.has(choice)) ? undefined : 'a choice never finished'
}
