import type { ClauseOf, LicenceBook, Model } from './book.ts'
import type { Link } from './chain.ts'
import { fails, type Outcome, open } from './outcome.ts'
import type { Finding } from './question.ts'
import { finding, type Term } from './terms.ts'
import { weaker } from './weigh.ts'

/** A duty to name a model, and the licence of the ancestor it comes from. */
export type NameDuty = { readonly term: Term; readonly clause: ClauseOf<'name'>; readonly from: string }
export type NameProblem = {
  readonly kind: 'deadlock' | 'missed' | 'brand'
  readonly duty: NameDuty
  readonly other?: NameDuty
  readonly says: string
}

/** `Llama-3.1-8B` and `Llama 3` are compared as `llama318b` and `llama3`. */
const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
const lastPart = (id: string): string => id.slice(id.lastIndexOf('/') + 1)
const wanted = ({ clause }: NameDuty): string => clause.prefix ?? clause.contains ?? ''

/** The duties that ancestors of others put on the name of the first link; a licensor names its own models as it likes. */
export const nameDuties = (book: LicenceBook, links: readonly Link[]): readonly NameDuty[] => {
  const duties: NameDuty[] = []
  for (const link of links) {
    if (link.via === 'itself' || link.relicensed) continue
    const ids = link.model?.licences ?? (link.statedLicence === undefined ? [] : [link.statedLicence])
    for (const id of ids) {
      const licence = book.licences.get(id)
      if (licence === undefined) continue
      const path = link.model === undefined ? link.edge : weaker(link.edge, link.model.evidence)
      for (const clause of licence.clauses)
        if (clause.kind === 'name' && (link.via === 'derived-from' || clause.outputs))
          duties.push({ term: { licence, model: link.model, path }, clause, from: link.id })
    }
  }
  return duties
}

const compatible = (a: NameDuty, b: NameDuty): boolean => {
  const [first = '', second = ''] = [plain(a.clause.prefix ?? ''), plain(b.clause.prefix ?? '')]
  return first.startsWith(second) || second.startsWith(first)
}

/** Duties no name can meet together, duties the present name misses, and a brand that misses one. One problem for each wording. */
export const nameProblems = (model: Model, duties: readonly NameDuty[]): readonly NameProblem[] => {
  const problems = new Map<string, NameProblem>()
  const add = (problem: NameProblem): void => {
    if (!problems.has(problem.says)) problems.set(problem.says, problem)
  }
  for (const [index, duty] of duties.entries()) {
    const other = duties.slice(index + 1).find((candidate) => !compatible(duty, candidate))
    if (other !== undefined)
      add({ kind: 'deadlock', duty, other, says: `no name can begin with both \`${wanted(duty)}\` and \`${wanted(other)}\`` })
    const meets = (name: string): boolean =>
      duty.clause.prefix === undefined ? plain(name).includes(plain(wanted(duty))) : plain(name).startsWith(plain(wanted(duty)))
    const verb = duty.clause.prefix === undefined ? 'contain' : 'begin with'
    if (!meets(lastPart(model.id)))
      add({ kind: 'missed', duty, says: `the name \`${lastPart(model.id)}\` does not ${verb} \`${wanted(duty)}\`` })
    else if (model.brand !== undefined && !meets(model.brand))
      add({ kind: 'brand', duty, says: `the public name \`${model.brand}\` does not ${verb} \`${wanted(duty)}\`, the id does` })
  }
  return [...problems.values()]
}

/** What the name problems do to making the model available: a deadlock refuses it, a missed duty leaves it open. */
export const nameFindings = (problems: readonly NameProblem[]): readonly Finding[] =>
  problems.flatMap((problem): Finding[] => {
    if (problem.kind === 'brand') return []
    const { term, clause } = problem.duty
    const path = problem.other === undefined ? term.path : weaker(term.path, problem.other.term.path)
    const outcome: Outcome =
      problem.kind === 'deadlock'
        ? fails(`${problem.says}: it has no lawful name`)
        : open(`${problem.says}: the duty to name it so was missed`, 'a name that keeps the duty')
    return [finding({ ...term, path }, outcome, clause)]
  })
