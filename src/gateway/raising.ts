// A call in which personal data stand may have a higher data class than its caller said. INVARIANT(G1): it is raised, never lowered.
import type { PersonalData, Snapshot } from './snapshot.ts'

/** What a call was raised from, and by which classes of personal data, in order. */
export type Raised = { readonly from: string; readonly by: readonly string[] }

/** The data class of a call with this body, which is `own` or higher, and why where it is higher. Reads the bytes as they came, and as they are meant where JSON escapes letters. */
export const raisedClass = (
  { personalData, dataClasses }: Snapshot,
  own: string,
  body: Uint8Array,
): { readonly dataClass: string; readonly raised?: Raised } => {
  if (personalData === undefined || personalData.raises.size === 0) return { dataClass: own }
  const found = new Set(personalData.detector.find(body).map((span) => span.class))
  for (const text of unescaped(body)) for (const span of personalData.detector.findIn(text)) found.add(span.class)
  const ranked = [...found].sort().map((name) => ({ name, rank: dataClasses.indexOf(wantedBy(personalData, name) ?? '') }))
  const rank = ranked.reduce((highest, each) => Math.max(highest, each.rank), dataClasses.indexOf(own))
  const dataClass = dataClasses[rank]
  if (dataClass === undefined || dataClass === own) return { dataClass: own }
  return { dataClass, raised: { from: own, by: ranked.filter((each) => each.rank === rank).map(({ name }) => name) } }
}

const decoder = new TextDecoder()
const BACKSLASH = 0x5c
const ESCAPE = /\\(?:u([0-9a-f]{4})|(["\\]))/gi
/** Arguments of a tool are JSON in a string of JSON. */
const LEVELS = 2
/** The body with the letters that it escapes (RFC 8259, section 7), level by level, so that no way of writing a value keeps it from being found. */
function* unescaped(body: Uint8Array): Generator<string, void> {
  if (!body.includes(BACKSLASH)) return
  let text = decoder.decode(body)
  for (let level = 0; level < LEVELS && text.includes('\\u'); level++) {
    text = text.replace(ESCAPE, (_, code, itself) => itself ?? String.fromCharCode(Number.parseInt(code, 16)))
    yield text
  }
}

/** Of several rows that fit, the one that says most of the class's name. */
const wantedBy = ({ raises }: PersonalData, name: string): string | undefined => {
  const exact = raises.get(name)
  if (exact !== undefined) return exact
  let longest = ''
  for (const pattern of raises.keys())
    if (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)) && pattern.length > longest.length) longest = pattern
  return raises.get(longest)
}
