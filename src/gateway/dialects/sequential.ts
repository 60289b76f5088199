// For a wire that writes one part after the other.
import type { NeutralEvent } from './neutral.ts'

type PartEvent = Extract<NeutralEvent, { part: number }>
type ChoiceEvent = Extract<NeutralEvent, { choice: number }>
type Line = { current: number; readonly ended: Set<number>; readonly held: Map<number, PartEvent[]>; readonly after: ChoiceEvent[] }

/**
 * Puts a stream's events in an order in which the parts of a choice follow one another: a later part is held back until those before it
 * have ended, and a choice's finish until all have. Nothing is lost or changed; what was held when a stream fails is let go.
 */
export class Sequential {
  private readonly lines = new Map<number, Line>()

  push(event: NeutralEvent): readonly NeutralEvent[] {
    if ('part' in event) return this.part(event, this.line(event.choice))
    if (event.kind !== 'finish') return [event]
    const line = this.line(event.choice)
    if (line.held.size === 0) return [event]
    line.after.push(event)
    return []
  }

  private part(event: PartEvent, line: Line): readonly NeutralEvent[] {
    if (event.part !== line.current) {
      const held = line.held.get(event.part)
      if (held === undefined) line.held.set(event.part, [event])
      else held.push(event)
      if (event.kind === 'part-end') line.ended.add(event.part)
      return []
    }
    if (event.kind !== 'part-end') return [event]
    const released: NeutralEvent[] = [event]
    do {
      line.current++
      for (const waiting of line.held.get(line.current) ?? []) released.push(waiting)
      line.held.delete(line.current)
    } while (line.ended.delete(line.current))
    if (line.held.size === 0) released.push(...line.after.splice(0))
    return released
  }

  private line(choice: number): Line {
    let line = this.lines.get(choice)
    if (line === undefined) {
      line = { current: 0, ended: new Set(), held: new Map(), after: [] }
      this.lines.set(choice, line)
    }
    return line
  }
}
