// May a data set, or a model that learnt from it, be used so? The least that any of its documents allows.
import { canonicalJson, type Json } from '../../core/json.ts'
import type { Digest } from '../sections.ts'
import type { Terms } from '../terms.ts'
import { conflictOf, type Group, type Inherited, inherit, type Judged, type Named } from './inherit.ts'
import type { Question } from './question.ts'
import { type Finding, judge, type Law } from './rules.ts'
import { meet, VERDICTS, type Verdict } from './verdict.ts'

/** One word of one rule, on how many documents, and the first of these. */
export type Reason = Finding & { readonly documents: number; readonly first: readonly Named[] }

export type Answer = {
  readonly question: Question
  readonly verdict: Verdict
  readonly documents: number
  /** How many documents, each by itself, have which verdict. */
  readonly counts: Readonly<Record<Verdict, number>>
  /** What keeps the answer from a yes, the gravest first; for a yes, what it rests on. */
  readonly deciding: readonly Reason[]
  readonly inherits: Inherited
}

/** Documents named by an answer for each reason. */
export const NAMED = 5

/** An answer that holds for these groups, in whatever order. A whole of no documents has nothing that forbids it, and nothing to use. */
export const may = (groups: readonly Group[], question: Question, law: Law): Answer => {
  const judged = groups.map((group): Judged => ({ group, judgement: judge(group.terms, question, law) }))
  const conflict = conflictOf(judged, question, law.book)
  const verdict = meet([...judged.map(({ judgement }) => judgement.verdict), ...(conflict ? [conflict.finding.verdict] : [])])
  const counts = { no: 0, unknown: 0, yes: 0 }
  for (const { group, judgement } of judged) counts[judgement.verdict] += group.count
  const words = judged.flatMap(({ group, judgement }) => judgement.findings.map((finding) => ({ finding, group })))
  for (const group of conflict?.groups ?? []) if (conflict) words.push({ finding: conflict.finding, group })
  return {
    question,
    verdict,
    documents: counts.no + counts.unknown + counts.yes,
    counts,
    deciding: gathered(words.filter(({ finding }) => verdict === 'yes' || finding.verdict !== 'yes')),
    inherits: inherit(judged, question, law.book),
  }
}

const gathered = (words: readonly { readonly finding: Finding; readonly group: Group }[]): readonly Reason[] => {
  const reasons = new Map<string, Reason>()
  for (const { finding, group } of words) {
    const key = `${finding.rule}\n${finding.says}`
    const known = reasons.get(key) ?? { ...finding, documents: 0, first: [] }
    reasons.set(key, { ...known, documents: known.documents + group.count, first: firstOf([...known.first, ...group.first]) })
  }
  const gravity = ({ verdict }: Reason): number => VERDICTS.indexOf(verdict)
  return [...reasons].sort(([a, one], [b, other]) => gravity(one) - gravity(other) || (a < b ? -1 : 1)).map(([, reason]) => reason)
}

const firstOf = (named: readonly Named[]): readonly Named[] => [...named].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, NAMED)

/** Groups documents by their terms, whatever the order in which they come. */
export class Gathering {
  private readonly groups = new Map<string, { readonly terms: Terms; count: number; first: readonly Named[] }>()
  /** Documents of a pack under the same terms share the object, so its canonical form is made once. */
  private readonly keys = new WeakMap<Terms, string>()

  /** `name` is asked for only where the answer may need it. */
  add(terms: Terms, id: Digest, name: () => Omit<Named, 'id'>): void {
    let key = this.keys.get(terms)
    if (key === undefined) {
      key = canonicalJson(terms as unknown as Json)
      this.keys.set(terms, key)
    }
    const group = this.groups.get(key) ?? { terms, count: 0, first: [] }
    group.count++
    const last = group.first[NAMED - 1]
    if (last === undefined || id < last.id) group.first = firstOf([...group.first, { id, ...name() }])
    this.groups.set(key, group)
  }

  all(): readonly Group[] {
    return [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  }
}
