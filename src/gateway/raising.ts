// A call in which personal data stand may have a higher data class than its caller said. INVARIANT(G1): it is raised, never lowered.
import type { PersonalData, Snapshot } from './snapshot.ts'

/** What a call was raised from, and by which classes of personal data, in order. */
export type Raised = { readonly from: string; readonly by: readonly string[] }

/** The data class of a call with this body, which is `own` or higher, and why where it is higher. Reads the bytes as they came. */
export const raisedClass = (
  { personalData, dataClasses }: Snapshot,
  own: string,
  body: Uint8Array,
): { readonly dataClass: string; readonly raised?: Raised } => {
  if (personalData === undefined || personalData.raises.size === 0) return { dataClass: own }
  const found = new Set(personalData.detector.find(body).map((span) => span.class))
  const ranked = [...found].sort().map((name) => ({ name, rank: dataClasses.indexOf(wantedBy(personalData, name) ?? '') }))
  const rank = ranked.reduce((highest, each) => Math.max(highest, each.rank), dataClasses.indexOf(own))
  const dataClass = dataClasses[rank]
  if (dataClass === undefined || dataClass === own) return { dataClass: own }
  return { dataClass, raised: { from: own, by: ranked.filter((each) => each.rank === rank).map(({ name }) => name) } }
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
