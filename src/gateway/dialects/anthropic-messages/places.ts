// What a body says beside what the neutral form holds, kept by place: the name of an extension that begins with `/` points into the
// neutral value (RFC 6901), and its members stood there. So a cache mark comes back to its block even after turns were merged.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts'
import type { Losses } from '../losses.ts'
import { pointer } from '../losses.ts'
import type { Reading } from '../members.ts'
import type { Extensions } from '../neutral.ts'

export const NAME = 'anthropic-messages'
const WIRE = 'the Messages API'

/** Where a decoder puts members without a neutral place. */
export class Leftovers {
  private readonly members: { [name: string]: Json } = {}
  private readonly before = new Map<string, Json[]>()

  /** Members that stood at a place. */
  keep(place: string, members: JsonObject | undefined): void {
    if (members !== undefined) this.members[place] = { ...this.membersAt(place), ...members }
  }

  /** A member of the answer itself. */
  keepMember(name: string, value: Json): void {
    this.members[name] = value
  }

  /** A whole block of a kind that is not known; it stood before what is, or would be, at the place. */
  keepBlock(place: string, block: JsonObject): void {
    const name = `${place}/before`
    const blocks = this.before.get(name) ?? []
    blocks.push(block)
    this.before.set(name, blocks)
  }

  /** With the members of the body itself that are left. */
  extensions(rest: JsonObject | undefined, reading: Reading): { readonly extensions?: Extensions } {
    for (const name of Object.keys(rest ?? {})) if (name.startsWith('/')) reading.fail(name, 'is not a member of this request')
    const extensions = this.kept(rest)
    return extensions === undefined ? {} : { extensions }
  }

  kept(rest?: JsonObject): Extensions | undefined {
    const members = { ...rest, ...this.members, ...Object.fromEntries(this.before) }
    return Object.keys(members).length === 0 ? undefined : { dialect: NAME, members }
  }

  private membersAt(place: string): JsonObject {
    const members = this.members[place]
    return isJsonObject(members) ? members : {}
  }
}

/** Gives an encoder the members back, place by place; what no place asked for is a loss. */
export class Extras {
  /** Members of the body itself. */
  readonly body: JsonObject
  private readonly byPlace = new Map<string, Json>()
  private readonly losses: Losses

  constructor(extensions: Extensions | undefined, losses: Losses) {
    const all = Object.entries(losses.extensions(extensions, NAME, WIRE))
    this.losses = losses
    this.body = Object.fromEntries(all.filter(([name]) => !name.startsWith('/')))
    for (const [name, value] of all) if (name.startsWith('/')) this.byPlace.set(name, value)
  }

  at(place: string): JsonObject {
    const members = this.take(place)
    return isJsonObject(members) ? members : {}
  }

  blocksBefore(place: string): readonly JsonObject[] {
    const blocks = this.take(`${place}/before`)
    return Array.isArray(blocks) ? blocks.filter(isJsonObject) : []
  }

  /** Call once, when everything is encoded. */
  noteUnused(): void {
    for (const name of this.byPlace.keys())
      this.losses.dropped('constraint', pointer('extensions', 'members', name), 'what it belonged to is not sent')
  }

  private take(name: string): Json | undefined {
    const value = this.byPlace.get(name)
    this.byPlace.delete(name)
    return value
  }
}
