// Values of the neutral form that say the same. Dialects take these for granted in one way or another; no warning is due for them.
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../src/core/json.ts'

/**
 * A request or an answer with what goes without saying left out:
 * `output: {kind: 'text'}`, `choices: 1`, `toolChoice: auto`, `detail: 'auto'`, `strict: false`, `failed: false`, `streamUsage: false`;
 * empty lists of citations, stops, metadata, log probabilities and extension members; token counts of 0 beside the two totals;
 * a tool's parameters that are an object without properties; the name on a tool's result that its call has already;
 * the bytes of a token that are its text's; whose extensions they are, as each member is warned of by itself.
 */
export const equivalent = (value: object): JsonObject => {
  const names = namesOfCalls(value as JsonObject)
  return simplify(value as JsonObject, '', names) as JsonObject
}

/**
 * Whether two texts of arguments say the same: nothing and `{}` do, and so do objects of the same members in the same order, whatever
 * the space between their tokens, the way characters are escaped, and zeros that add nothing to a number. No digit may be lost.
 */
export const sameArguments = (one: string, other: string): boolean =>
  one === other || (tokensOf(one) !== undefined && tokensOf(one) === tokensOf(other))

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d[-+.\deE]*)|([[\]{},:])|(true|false|null))\s*/gy
const LIMITS = { maxLength: 1 << 26, maxDepth: 1000 }
/** Undefined for what is no JSON object. */
const tokensOf = (text: string): string | undefined => {
  const whole = parseJson(text.trim() === '' ? '{}' : text, LIMITS)
  if (!whole.ok || !isJsonObject(whole.value)) return undefined
  if (text.trim() === '') return '{ }'
  return [...text.matchAll(TOKEN)]
    .map(([, string, number, mark, word]) => (string ? JSON.stringify(JSON.parse(string)) : number ? exact(number) : (mark ?? word)))
    .join(' ')
}

/** A JSON number as its digits without leading or trailing zeros, and the power of ten they are multiplied by. */
const exact = (number: string): string => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${sign}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`
}

const DEFAULTS: readonly [name: string, pattern: RegExp, goesWithoutSaying: (value: Json) => boolean][] = [
  ['output', /^$/, (value) => isJsonObject(value) && value.kind === 'text'],
  ['choices', /^\/sampling$/, (value) => value === 1],
  ['toolChoice', /^$/, (value) => isJsonObject(value) && value.kind === 'auto'],
  ['detail', /\/parts\/\d+$/, (value) => value === 'auto'],
  ['strict', /^\/(output|tools\/\d+)$/, (value) => value === false],
  ['failed', /\/parts\/\d+$/, (value) => value === false],
  ['streamUsage', /^$/, (value) => value === false],
  ['parameters', /^\/tools\/\d+$/, (value) => isJsonObject(value) && saysNothing(value)],
  ['cachedInput', /^\/usage$/, (value) => value === 0],
  ['cacheWrites', /^\/usage$/, (value) => value === 0],
  ['reasoning', /^\/usage$/, (value) => value === 0],
  ['citations', /\/parts\/\d+$/, isEmpty],
  ['stop', /^\/sampling$/, isEmpty],
  ['metadata', /^$/, isEmpty],
  ['dialect', /^\/extensions$/, () => true],
  ['extensions', /^$/, (value) => isJsonObject(value) && isEmpty(value.members as Json)],
  ['reasoning', /^$/, isEmpty],
  ['logProbabilities', /^\/choices\/\d+$/, isEmpty],
]
function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
const saysNothing = (schema: JsonObject): boolean =>
  schema.type === 'object' && Object.entries(schema).every(([name, value]) => name === 'type' || (name === 'properties' && isEmpty(value)))

const simplify = (value: Json, path: string, names: ReadonlyMap<Json, Json>): Json => {
  if (Array.isArray(value)) return value.map((element, index) => simplify(element, `${path}/${index}`, names))
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(
    ([name, member]) =>
      member !== undefined &&
      !DEFAULTS.some(([known, where, idle]) => known === name && where.test(path) && idle(member)) &&
      !(name === 'name' && value.kind === 'tool-result' && names.get(value.call as Json) === member) &&
      !(
        name === 'bytes' &&
        path.includes('/logProbabilities/') &&
        String(member) === String([...new TextEncoder().encode(String(value.token))])
      ),
  )
  return Object.fromEntries(kept.map(([name, member]) => [name, simplify(member, `${path}/${name}`, names)]))
}

const namesOfCalls = (value: JsonObject): ReadonlyMap<Json, Json> => {
  const messages = (value.messages ?? []) as readonly JsonObject[]
  const parts = messages.flatMap((message) => (message.parts ?? []) as readonly JsonObject[])
  return new Map(parts.filter((part) => part.kind === 'tool-call').map((part) => [part.id as Json, part.name as Json]))
}
