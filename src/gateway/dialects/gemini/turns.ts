// Reads `contents`. A caller who kept a streamed answer piece by piece sends it back as many contents of the model: they are one turn.
import { Leftovers } from '../extensions.ts'
import type { Members, Reading } from '../members.ts'
import type { AssistantPart, Message, ToolResultPart, UserPart } from '../neutral.ts'
import { Calls } from './calls.ts'
import { decodeMedia } from './media.ts'
import { decodeModelPart, joined } from './parts.ts'
import { repeated } from './proto.ts'
import { decodeResult } from './results.ts'

type Turn =
  | { readonly role: 'user'; readonly parts: UserPart[] }
  | { readonly role: 'assistant'; readonly parts: AssistantPart[] }
  | { readonly role: 'tool'; readonly parts: ToolResultPart[] }
type PartOf = { readonly [R in Turn['role']]: Extract<Turn, { role: R }>['parts'][number] }
/** One part of the wire as it was read; without parts, it is leftovers whole, or nothing. */
type Read = { readonly role: Turn['role']; readonly parts: readonly PartOf[Turn['role']][]; readonly path: string; readonly own: Leftovers }

/** Reads one content after the other. Leftovers go under the places that their turns will have when written again. */
export class TurnReader {
  private readonly turns: Turn[] = []
  private readonly calls = new Calls()
  private readonly reading: Reading
  private readonly leftovers: Leftovers
  /** Contents, and parts of the last of them, as they will be written. */
  private contents = 0
  private parts = 0
  /** Something without a neutral place stands after the last turn; what follows is a turn of its own. */
  private apart = false

  constructor(reading: Reading, leftovers: Leftovers) {
    this.reading = reading
    this.leftovers = leftovers
  }

  get messages(): readonly Message[] {
    return this.turns
  }

  read(content: Members): void {
    const whole = content.rest() ?? {}
    const role = content.word('role', ['user', 'model', 'function', 'tool', '']) || 'user'
    const read = repeated(content, 'parts', this.reading).map((part) => this.part(part, role === 'model'))
    const beside = new Leftovers()
    beside.keep(content)
    if (read.every(({ parts }) => parts.length === 0)) {
      const empty = read.every(({ own }) => own.extensions('gemini').extensions === undefined)
      if (!empty) this.leftovers.put(`contents.${this.contents++}`, whole)
      this.apart ||= !empty
      return
    }
    // What has no neutral place stands with what comes next in its content, or else with what came before.
    const roles: Turn['role'][] = []
    let near = read.findLast(({ parts }) => parts.length > 0)?.role
    for (const [index, { role: own, parts }] of [...read.entries()].reverse()) {
      if (parts.length > 0) near = own
      roles[index] = near ?? own
    }
    for (const [index, each] of read.entries()) {
      const role = roles[index] ?? each.role
      if (index === 0 || role !== this.turns.at(-1)?.role) this.open(role, index === 0)
      this.place(each, index === 0)
    }
    for (const [path, value] of membersOf(beside))
      this.leftovers.put(`contents.${this.contents - 1}${path.slice(content.path.length)}`, value)
  }

  private part(part: Members, ofModel: boolean): Read {
    const own = new Leftovers()
    const result = part.members('functionResponse')
    if (result === undefined) {
      const parts = ofModel ? decodeModelPart(part, this.calls, own) : decodeUserPart(part, own)
      return { role: ofModel ? 'assistant' : 'user', parts, path: part.path, own }
    }
    const parts = [decodeResult(result, this.calls, own, this.reading)]
    own.keep(part)
    return { role: 'tool', parts, path: part.path, own }
  }

  /** A turn of this role: the last one where a content continues it, otherwise a new one. Questions are not joined. */
  private open(role: Turn['role'], continues: boolean): void {
    if (continues && !this.apart && role !== 'user' && this.turns.at(-1)?.role === role) return
    this.turns.push({ role, parts: [] })
    this.apart = false
    this.contents++
    this.parts = 0
  }

  private place({ parts, path, own }: Read, first: boolean): void {
    const turn = this.turns.at(-1)?.parts as PartOf[Turn['role']][] | undefined
    const last = turn?.at(-1)
    const [next] = parts
    const one = last !== undefined && next !== undefined && parts.length === 1 ? joined(last, next, first) : undefined
    if (one === undefined) turn?.push(...parts)
    else turn?.splice(-1, 1, one)
    const members = membersOf(own)
    const taken = members.some(([member]) => member === path)
    const at = one === undefined ? this.parts : this.parts - 1
    for (const [member, value] of members)
      this.leftovers.put(`contents.${this.contents - 1}.parts.${at}${member.slice(path.length)}`, value)
    if (one === undefined && (parts.length > 0 || taken)) this.parts++
  }
}

const membersOf = (leftovers: Leftovers) => Object.entries(leftovers.extensions('gemini').extensions?.members ?? {})

const decodeUserPart = (part: Members, leftovers: Leftovers): readonly UserPart[] => {
  const whole = part.rest() ?? {}
  const text = part.text('text')
  const media = text === undefined ? decodeMedia(part, leftovers) : undefined
  if (text === undefined && media === undefined) leftovers.put(part.path, whole)
  else leftovers.keep(part)
  return text === undefined ? (media === undefined ? [] : [media]) : [{ kind: 'text', text }]
}
