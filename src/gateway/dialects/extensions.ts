// What a caller's body says beyond the neutral form. A top member stands under its name; one further down under its dotted path in the
// caller's body (`messages.2.cache_control`), and goes back there when the same dialect is written again.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import { type Losses, pointer } from './losses.ts'
import type { Members } from './members.ts'
import type { DialectName, Extensions, Warning } from './neutral.ts'

/** Deeper places than any dialect has; a longer path is a name that happens to hold dots. */
const MAX_DEPTH = 10

/** Collects members that found no place. One for each decoding. */
export class Leftovers {
  private readonly members = new Map<string, Json>()

  /** Keeps what nobody asked this object for. */
  keep(object: Members): void {
    for (const [name, value] of Object.entries(object.rest() ?? {})) this.put(object.path === '' ? name : `${object.path}.${name}`, value)
  }

  put(path: string, value: Json): void {
    this.members.set(path, value)
  }

  extensions(dialect: DialectName): { readonly extensions?: Extensions } {
    return this.members.size === 0 ? {} : { extensions: { dialect, members: Object.fromEntries(this.members) } }
  }
}

/** The body with the caller's extensions back in their places if they are of this dialect; each that is not, or has no place any more, is warned of. */
export const withExtensions = (
  dialect: DialectName,
  body: JsonObject,
  extensions: Extensions | undefined,
  losses: Losses,
  weight: Warning['weight'] = 'constraint',
): JsonObject => {
  if (extensions === undefined) return body
  const lost = (name: string): void =>
    losses.dropped(weight, pointer('extensions', 'members', name), `\`${name}\` of the dialect ${extensions.dialect} has no place here`)
  if (extensions.dialect !== dialect) {
    for (const name of Object.keys(extensions.members)) lost(name)
    return body
  }
  const tree: Branch = new Map()
  for (const [name, value] of Object.entries(extensions.members)) {
    if (name.split('.', MAX_DEPTH + 1).length <= MAX_DEPTH) plant(tree, { name, value }, name.split('.'))
    else lost(name)
  }
  return merged(body, tree, lost) as JsonObject
}

type Leaf = { readonly name: string; readonly value: Json }
type Branch = Map<string, Branch | Leaf>

const plant = (tree: Branch, leaf: Leaf, [head = '', ...tail]: readonly string[]): void => {
  if (tail.length === 0) tree.set(head, leaf)
  else {
    const found = tree.get(head)
    const branch = found instanceof Map ? found : new Map()
    if (branch !== found) tree.set(head, branch)
    plant(branch, leaf, tail)
  }
}

/** A copy of the value with all leaves of the branch in it; one pass, however many they are. */
const merged = (value: Json | undefined, branch: Branch, lost: (name: string) => void): Json | undefined => {
  if (isJsonObject(value)) {
    const added = [...branch].map(([name, child]) => [name, child instanceof Map ? merged(value[name], child, lost) : child.value] as const)
    return Object.fromEntries([...Object.entries(value), ...added.filter((member): member is [string, Json] => member[1] !== undefined)])
  }
  if (Array.isArray(value)) return mergedList(value, branch, lost)
  for (const child of branch.values()) leavesOf(child, lost)
  return value
}

/** A leaf at an index is an element that was taken out there; the elements after it move back. */
const mergedList = (list: readonly Json[], branch: Branch, lost: (name: string) => void): Json => {
  const result: Json[] = []
  const waiting = new Map(branch)
  let next = 0
  for (;;) {
    const key = String(result.length)
    const child = waiting.get(key)
    waiting.delete(key)
    if (child !== undefined && !(child instanceof Map)) result.push(child.value)
    else if (next < list.length) {
      const element = list[next++] as Json
      result.push(child === undefined ? element : (merged(element, child, lost) as Json))
    } else {
      if (child !== undefined) leavesOf(child, lost)
      break
    }
  }
  for (const child of waiting.values()) leavesOf(child, lost)
  return result
}

const leavesOf = (child: Branch | Leaf, lost: (name: string) => void): void => {
  if (!(child instanceof Map)) lost(child.name)
  else for (const each of child.values()) leavesOf(each, lost)
}
