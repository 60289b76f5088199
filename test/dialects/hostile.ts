// Bodies that no honest peer sends: any JSON, and a true body with something in it changed.
import fc, { type Arbitrary } from 'fast-check'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/core/json.ts'

const oddValue: Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -1, 1e308, 0.5, '', 'text', [], {}, [[]], [null], [{}], { type: 'text' }, { role: 'user' }),
  fc.jsonValue({ maxDepth: 2 }) as Arbitrary<Json>,
)
const oddName: Arbitrary<string> = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'type',
  'role',
  'content',
  'messages',
)
/** Any JSON object, with the names that trip up JavaScript among its members. */
export const hostileJson: Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.oneof(oddName, fc.string()), oddValue), { maxLength: 6 })
  .map((members) => Object.fromEntries(members))

/** With one to three of its values, wherever they are, replaced, removed or doubled. */
const altered = (body: JsonObject): Arbitrary<JsonObject> =>
  fc
    .array(fc.record({ at: fc.nat(), how: fc.constantFrom('replace', 'remove', 'double', 'add'), value: oddValue, name: oddName }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) => {
      const copy = structuredClone(body) as Record<string, Json>
      for (const { at, how, value, name } of changes) {
        const places = placesOf(copy)
        const [holder, key] = places[at % Math.max(1, places.length)] ?? [copy, name]
        if (how === 'replace') set(holder, key, structuredClone(value))
        else if (how === 'remove' && !Array.isArray(holder)) delete holder[key]
        else if (how === 'double' && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)] ?? null))
        else if (!Array.isArray(holder)) set(holder, name, structuredClone(value))
      }
      return copy
    })

type Holder = Record<string, Json> | Json[]
const set = (holder: Holder, key: string, value: Json): void => {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}
const placesOf = (value: Json): [Holder, string][] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]): [Holder, string][] => [[value as Holder, key], ...placesOf(member)])
}

/** With an odd thing at the front of every list, so that what stands at an index is another thing than was thought. */
const unsettled = (body: JsonObject): Arbitrary<JsonObject> =>
  fc.constantFrom<Json[]>(null, 7, 'text', [], {}).map((odd) => {
    const copy = structuredClone(body) as Record<string, Json>
    for (const [holder, key] of placesOf(copy)) if (Array.isArray(holder) && key === '0') holder.unshift(odd)
    return copy
  })

/** A true body with something in it changed. */
export const mutated = (body: JsonObject): Arbitrary<JsonObject> =>
  fc.oneof({ weight: 4, arbitrary: altered(body) }, { weight: 1, arbitrary: unsettled(body) })

/** The text of a body, changed; any text in place of what is no JSON object. */
export const mutatedText = (text: string): Arbitrary<string> => {
  const body = parseJson(text)
  return body.ok && isJsonObject(body.value) ? mutated(body.value).map((changed) => JSON.stringify(changed)) : fc.string()
}
