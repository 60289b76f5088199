// INVARIANT(G4) as a decision: is what came back what was sent, but for what the warnings say?
//
// The rule. A neutral value is cut into *units* in reading order: each message, each part of it, each part of a tool's result, each
// choice. Everything else is compared member by member (`/sampling/topK`), each list element by its place.
//
// 1. A unit with no warning at it or above must come back, equal, in the same order among its like. A member of it with a warning
//    (`/messages/2/role`, `/messages/0/parts/1/citations`) may differ, or be missing, or be new.
// 2. A unit with a warning at it or above (`/messages/2`, `/messages/0/parts/1`) may be missing, altered or elsewhere.
//    `/messages/3` is what an encoder says that joins message 3 to the one before, or moves it to the front. A message whose parts may
//    all be missing may be missing too.
// 3. A warning at a list of units (`/messages`, `/messages/4/parts`) speaks of its order: its units may be elsewhere but must be there.
// 4. What is new in the answer (a cushion between two messages, the words that stand for a picture) needs at least one unit of kind 2,
//    or a warning of exactly where it is.
// 5. What the conversation says (texts, pictures, files, sounds, calls; not reasoning) may vanish only under a warning of weight
//    `content`, whatever else is said.
// 6. No warning without a difference: with it (and those above it) taken away, the above must fail. `emulated` ones are free of this:
//    what they bring about cannot be seen in the value. No two warnings say the same of the same place.
//
// Two values that mean the same are equal: `equivalent` in `equivalences.ts` lists these.
import type { Json, JsonObject } from '../../src/core/json.ts'
import type { Warning } from '../../src/gateway/dialects/neutral.ts'
import { equivalent, sameArguments } from './equivalences.ts'

type Unit = { readonly path: string; readonly list: string; readonly value: JsonObject; readonly children: Unit[] }

/** What is wrong with these warnings for a value that came back like this; nothing when they say it all and no more. */
export const undeclared = (before: object, after: object, warnings: readonly Warning[]): string[] => {
  const sent = equivalent(before)
  const back = equivalent(after)
  const problems = [...unsaid(sent, back, warnings), ...vanished(sent, back, warnings)]
  for (const warning of warnings) {
    if (!/^(\/([^~/]|~[01])*)*$/.test(warning.path)) problems.push(`\`${warning.path}\` is no JSON pointer`)
    if (warning.message === '') problems.push(`the warning at ${warning.path} says nothing`)
    if (warning.kind === 'emulated') continue
    const others = warnings.filter((other) => !covers(other.path, warning.path))
    if (unsaid(sent, back, others, true).length === 0)
      problems.push(`the ${warning.kind} warning at ${warning.path} names no difference: ${warning.message}`)
  }
  const said = new Set<string>()
  for (const { path, message } of warnings) {
    if (said.has(`${path} ${message}`)) problems.push(`warned twice at ${path}: ${message}`)
    said.add(`${path} ${message}`)
  }
  return problems
}

/** `closely`: a unit whose parts may all be missing is not free for that, so that a warning of its own members can be seen to matter. */
const unsaid = (before: JsonObject, after: JsonObject, warnings: readonly Warning[], closely = false): string[] => {
  const paths = new Set(warnings.map((warning) => warning.path))
  const flat = (units: readonly Unit[]): Unit[] => units.flatMap((unit) => [unit, ...flat(unit.children)])
  const trees = ['messages', 'choices'].flatMap((name) => unitsOf(before[name], `/${name}`))
  const backTrees = ['messages', 'choices'].flatMap((name) => unitsOf(after[name], `/${name}`))
  const rest = leavesThatDiffer(withoutUnits(before), withoutUnits(after), '').filter((path) => !coveredBy(paths, path))
  return [...rest.map((path) => `${path} differs and no warning says so`), ...unsaidUnits(flat(trees), flat(backTrees), paths, closely)]
}

const unsaidUnits = (sent: readonly Unit[], back: readonly Unit[], paths: ReadonlySet<string>, closely: boolean): string[] => {
  const free = new Set(sent.filter((unit) => isFree(unit, paths, !closely)))
  const loose = new Set(sent.filter((unit) => !free.has(unit) && (paths.has(unit.list) || paths.has(outerList(unit.list)))))
  const left = new Set(back)
  const problems: string[] = []
  let at = 0
  for (const unit of sent) {
    if (free.has(unit) || loose.has(unit)) continue
    const found = back.findIndex((candidate, index) => index >= at && same(unit, candidate, paths))
    if (found < 0)
      problems.push(`${unit.path} did not come back as it was, or not in its place, and no warning says so: ${JSON.stringify(unit.value)}`)
    else {
      left.delete(back[found] as Unit)
      at = found + 1
    }
  }
  for (const unit of loose) {
    const found = [...left].find((candidate) => same(unit, candidate, paths))
    if (found === undefined) problems.push(`${unit.path} did not come back, though only the order was warned of`)
    else left.delete(found)
  }
  let moved = 0
  for (const unit of free) {
    const found = [...left].find((candidate) => same(unit, candidate, NONE))
    if (found === undefined) moved++
    else left.delete(found)
  }
  if (moved === 0) for (const unit of left) problems.push(`${unit.path} of what came back was never sent: ${JSON.stringify(unit.value)}`)
  return problems
}

const NONE: ReadonlySet<string> = new Set()
const isFree = (unit: Unit, paths: ReadonlySet<string>, byParts = true): boolean =>
  coveredBy(paths, unit.path, (path) => !isList(path)) ||
  (byParts && unit.children.length > 0 && unit.children.every((child) => isFree(child, paths)))
const isList = (path: string): boolean => /^\/(messages|choices)$|\/parts$/.test(path)
/** The list that the message or part stands in which holds this list. */
const outerList = (list: string): string => list.replace(/\/\d+\/parts$/, '')
const same = (unit: Unit, candidate: Unit, paths: ReadonlySet<string>): boolean =>
  sameSpeaker(unit.value.role, candidate.value.role) &&
  leavesThatDiffer(unit.value, candidate.value, unit.path).every((path) => coveredBy(paths, path))
/** A warning of a role excuses `system` for `developer`; to put words into another's mouth takes one of the whole message. */
const sameSpeaker = (one: Json | undefined, other: Json | undefined): boolean =>
  one === other || (INSTRUCTING.has(one) && INSTRUCTING.has(other))
const INSTRUCTING: ReadonlySet<Json | undefined> = new Set(['system', 'developer'])

const covers = (above: string, path: string): boolean => path === above || path.startsWith(`${above}/`)
const coveredBy = (paths: ReadonlySet<string>, path: string, counts: (path: string) => boolean = () => true): boolean => {
  for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
    if (paths.has(path.slice(0, end)) && counts(path.slice(0, end))) return true
    if (end === 0) return false
  }
  return false
}

const unitsOf = (list: Json | undefined, path: string): Unit[] =>
  ((list ?? []) as readonly JsonObject[]).map((element, index) => {
    const { parts, ...value } = element
    const at = `${path}/${index}`
    return { path: at, list: path, value, children: unitsOf(parts, `${at}/parts`) }
  })
const withoutUnits = ({ messages: _, choices: __, ...rest }: JsonObject): JsonObject => rest

/** Pointers to the leaves in which two values differ; a member that only one has counts with all that is in it. */
export const leavesThatDiffer = (before: Json | undefined, after: Json | undefined, path: string): string[] => {
  if (path.endsWith('/arguments') && typeof before === 'string' && typeof after === 'string')
    return sameArguments(before, after) ? [] : [path]
  const names = membersOf(before, after)
  if (names === undefined) return before === after ? [] : [path]
  return names.flatMap((name) => leavesThatDiffer(member(before, name), member(after, name), `${path}/${escaped(name)}`))
}

/** The members of two values to compare one by one; undefined where they are to be compared whole. */
const membersOf = (before: Json | undefined, after: Json | undefined): string[] | undefined => {
  const present = [before, after].filter((value) => value !== undefined)
  const composite = present.every((value) => typeof value === 'object' && value !== null)
  if (!composite || present.length === 0 || (present.length === 2 && Array.isArray(before) !== Array.isArray(after))) return undefined
  const names = [...new Set(present.flatMap((value) => Object.keys(value as object)))]
  return names.length === 0 && present.length === 1 ? undefined : names
}
const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Rule 5. A thing said is known by the longest of its own words; it is there when any text that came back contains them. */
const vanished = (before: JsonObject, after: JsonObject, warnings: readonly Warning[]): string[] => {
  const grave = new Set(warnings.filter((warning) => warning.weight === 'content').map((warning) => warning.path))
  const words = textsOf(after).join('\n')
  const calls = unitsEverywhere(after).filter((unit) => unit.value.kind === 'tool-call')
  return unitsEverywhere(before).flatMap((unit) => {
    const there =
      unit.value.kind === 'tool-call'
        ? calls.some(
            (call) => call.value.name === unit.value.name && sameArguments(String(call.value.arguments), String(unit.value.arguments)),
          )
        : words.includes(contentOf(unit.value))
    return there || coveredBy(grave, unit.path) || [...grave].some((path) => covers(unit.path, path))
      ? []
      : [`${unit.path} vanished, and no warning of weight \`content\` says so`]
  })
}
const unitsEverywhere = (value: JsonObject): Unit[] => {
  const flat = (units: readonly Unit[]): Unit[] => units.flatMap((unit) => [unit, ...flat(unit.children)])
  return ['messages', 'choices'].flatMap((name) => flat(unitsOf(value[name], `/${name}`)))
}
const contentOf = (unit: JsonObject): string => {
  if (unit.kind === 'text' || unit.kind === 'refusal') return String(unit.text)
  const held = (unit.source ?? unit) as JsonObject
  if (unit.kind === 'image' || unit.kind === 'file' || unit.kind === 'audio') return String(held.data ?? held.url ?? held.id)
  return ''
}
const textsOf = (value: Json | undefined): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
