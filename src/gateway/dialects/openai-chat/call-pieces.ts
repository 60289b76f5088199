import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { NeutralEvent, Opaque, PartStart } from '../neutral.ts'
import { wellFormed } from '../well-formed.ts'
import { WholeCharacters } from '../whole-characters.ts'
import { argumentsText } from './messages.ts'
import { CUSTOM, decodeCallOpaque } from './opaque.ts'

/** More calls than any client of this dialect reads of one answer; an endpoint that starts more must not fill the memory. */
const MAX_CALLS = 1024

/** `id` is the endpoint's own, empty as long as it gave none. */
type Call = {
  id: string
  name: string
  part: number | undefined
  readonly text: WholeCharacters
  readonly waiting: string[]
  opaque: Opaque | undefined
}

/**
 * The tool calls of one choice, from their pieces. A piece belongs to the call of its id, and otherwise to that of its index, unless it
 * has a new id and a name: endpoints exist that number all calls 0, and others that make up a new id for each piece. Without an index or
 * an id, a name begins a call and the rest continues the last one. Ids and names may be repeated with each piece.
 */
export class CallPieces {
  /** Why the stream cannot be read on, if so. */
  problem: string | undefined
  private readonly all: Call[] = []
  private readonly byIndex = new Map<number, Call>()
  private readonly byId = new Map<string, Call>()
  private readonly choice: number
  private readonly callId: string
  private readonly open: (of: PartStart, events: NeutralEvent[]) => number

  constructor(choice: number, callId: string, open: (of: PartStart, events: NeutralEvent[]) => number) {
    this.choice = choice
    this.callId = callId
    this.open = open
  }

  get some(): boolean {
    return this.all.length > 0
  }

  read(piece: JsonObject, events: NeutralEvent[]): void {
    const custom = isJsonObject(piece.custom) ? piece.custom : undefined
    const called = custom ?? (isJsonObject(piece.function) ? piece.function : {})
    const id = typeof piece.id === 'string' ? piece.id : ''
    const name = typeof called.name === 'string' ? called.name : ''
    const call = this.find(piece.index, id, name)
    if (call === undefined) return
    if (custom !== undefined) call.opaque = CUSTOM
    if (isJsonObject(piece.extra_content)) call.opaque = decodeCallOpaque(piece.extra_content).opaque
    if (call.id === '') this.name(call, id)
    if (call.part === undefined) {
      if (call.name === '') call.name = name
      if (call.name !== '') this.start(call, events)
    }
    this.grow(call, argumentsText(called[custom === undefined ? 'arguments' : 'input']), events)
  }

  /** Ends all calls; one whose name never came begins without. */
  conclude(events: NeutralEvent[]): void {
    for (const call of this.all) {
      const part = call.part ?? this.start(call, events)
      this.emit(call, call.text.end(), events)
      events.push({ kind: 'part-end', choice: this.choice, part, ...(call.opaque !== undefined && { opaque: call.opaque }) })
    }
  }

  private find(index: unknown, id: string, name: string): Call | undefined {
    const numbered = typeof index === 'number' ? index : undefined
    const placed = numbered === undefined ? undefined : this.byIndex.get(numbered)
    const placedIsMeant = id === '' || name === '' || placed?.id === '' || placed?.id === id
    const continued = numbered === undefined && id === '' && name === '' ? this.all.at(-1) : undefined
    const call = this.byId.get(id) ?? (placedIsMeant ? placed : undefined) ?? continued ?? this.begin(id)
    if (call !== undefined && numbered !== undefined) this.byIndex.set(numbered, call)
    return call
  }

  private begin(id: string): Call | undefined {
    if (this.all.length >= MAX_CALLS) {
      this.problem = 'the endpoint began more tool calls than can be read'
      return undefined
    }
    const call: Call = { id: '', name: '', part: undefined, text: new WholeCharacters(), waiting: [], opaque: undefined }
    this.all.push(call)
    this.name(call, id)
    return call
  }

  private name(call: Call, id: string): void {
    call.id = id
    if (id !== '') this.byId.set(id, call)
  }

  private start(call: Call, events: NeutralEvent[]): number {
    const id = call.id === '' ? `${this.callId}_${this.all.indexOf(call)}` : call.id
    call.part = this.open({ kind: 'tool-call', id, name: call.name }, events)
    for (const piece of call.waiting.splice(0)) this.emit(call, call.text.push(piece), events)
    return call.part
  }

  private grow(call: Call, piece: string, events: NeutralEvent[]): void {
    if (call.part === undefined) call.waiting.push(piece)
    else this.emit(call, call.text.push(piece), events)
  }

  private emit(call: Call, text: string, events: NeutralEvent[]): void {
    if (text !== '' && call.part !== undefined)
      events.push({ kind: 'part-delta', choice: this.choice, part: call.part, text: wellFormed(text) })
  }
}
