import type { Evidence } from '../fact.ts'
import type { Action, Clause, ClauseOf, Licence, Model, Permission } from './book.ts'
import { fails, firstLowest, type Outcome, open, passes } from './outcome.ts'
import { testAgreement, testPurpose } from './purpose.ts'
import type { Finding, MayQuestion, Memberships } from './question.ts'
import { testTerritory } from './territory.ts'
import { testThreshold } from './threshold.ts'
import { weaker, weigh } from './weigh.ts'

/** What an action needs the licence to permit. */
const NEEDS: Readonly<Record<Action, readonly Permission[]>> = {
  'use-internal': ['use'],
  'serve-public': ['use'],
  'serve-paid': ['use', 'commercial'],
  'serve-foreign': ['use'],
  tune: ['use', 'modify'],
  redistribute: ['use', 'redistribute'],
  'train-on-outputs': ['use'],
}

/** One licence as it binds through one model of the chain. */
export type Term = {
  readonly licence: Licence
  /** The model whose licence it is; undefined when only the licence is known. */
  readonly model: Model | undefined
  /** Weakest of the rows that lead to the licence: the edges and the assignment. */
  readonly path: Evidence
}

export const finding = (term: Term, outcome: Outcome, clause?: Clause): Finding => {
  const { licence } = term
  const quote = clause === undefined ? licence.quote : clause.quote
  const evidence = weaker(term.path, clause?.evidence ?? licence.evidence)
  const on = `\`${licence.id}\`${term.model === undefined ? '' : ` for \`${term.model.id}\``}`
  const raw: Finding = {
    ...outcome,
    licence: licence.id,
    ...(clause !== undefined && { clause: clause.id, says: clause.says }),
    ...(quote !== undefined && { quote }),
    source: licence.source,
    evidence,
  }
  return weigh(raw, on)
}

/** The verdict of one whole licence: the meet over its clauses, what it permits, and whether its text was read. */
export const applyLicence = (term: Term, question: MayQuestion, memberships: Memberships): Finding => {
  const { licence } = term
  const findings: Finding[] = []
  const resolved = new Set<Clause>()
  for (const clause of licence.clauses) {
    const outcome = testClause(clause, term, question, memberships)
    if (outcome === undefined) continue
    if (clause.kind !== 'outputs') resolved.add(clause)
    findings.push(finding(term, outcome, clause))
  }
  for (const need of NEEDS[question.action]) findings.push(finding(term, permitted(licence, need, resolved.size > 0)))
  findings.push(finding(term, wasRead(licence)))
  const changed = textChanged(licence, question)
  if (changed !== undefined) findings.push(finding(term, changed))
  return firstLowest(findings) ?? finding(term, open('the licence says nothing'))
}

/** `conditional` is granted only when a clause of the table governs the action; whether it passes is that clause's verdict. */
const permitted = (licence: Licence, need: Permission, governed: boolean): Outcome => {
  const word = licence.permits[need]
  if (word === 'yes') return passes(`the licence permits: ${need}`)
  if (word === 'no') return fails(`the licence does not permit: ${need}`)
  if (word === 'unknown') return open(`no text read says whether the licence permits: ${need}`, 'the text of the licence')
  return governed
    ? passes(`the licence permits under its conditions: ${need}`)
    : open(`the licence permits ${need} under conditions that no clause here states`)
}

const wasRead = (licence: Licence): Outcome => {
  if (licence.read === 'own-text' || licence.read === 'full-copy') return passes('the text was read')
  return licence.read === 'clause-only'
    ? open('only a clause of the licence was read', 'the whole text of the licence')
    : open('the text of the licence was not read', 'the text of the licence')
}

/** A changed text opens every verdict on it again: some licensors change by posting. */
const textChanged = (licence: Licence, question: MayQuestion): Outcome | undefined => {
  const adopted = question.adopted?.[licence.id]
  if (adopted === undefined || licence.textDigest === undefined || adopted === licence.textDigest) return undefined
  return open('the text of the licence changed since it was adopted', 'reading the new text')
}

const testClause = (clause: Clause, term: Term, question: MayQuestion, memberships: Memberships): Outcome | undefined => {
  if ('actions' in clause && !clause.actions.includes(question.action)) return undefined
  switch (clause.kind) {
    case 'territory':
      return testTerritory(clause, term.model, question, memberships)
    case 'threshold':
      return testThreshold(clause, term.licence.id, question)
    case 'purpose':
      return testPurpose(clause, term.licence.id, question)
    case 'agreement':
      return testAgreement(clause, term.licence.id, question)
    case 'refusal':
      return question.agreements?.includes(term.licence.id) ? passes('a separate agreement is held') : fails('the licence excludes it')
    case 'unclear':
      return question.agreements?.includes(term.licence.id)
        ? passes('a separate agreement is held')
        : open('the text does not settle it', 'a statement of the licensor, or a separate agreement')
    case 'outputs':
      return question.action === 'train-on-outputs' ? trainOnOutputs(clause, question) : undefined
    case 'name':
    case 'use-ban':
    case 'duty':
      return undefined
  }
}

/** For whoever wants to train another model on the answers of this one. */
const trainOnOutputs = (clause: ClauseOf<'outputs'>, question: MayQuestion): Outcome => {
  switch (clause.effect) {
    case 'forbids-improving':
      return fails('outputs must not improve other models')
    case 'owned-by-licensor':
      return fails('the licensor claims the outputs')
    case 'non-commercial':
      return question.purpose === 'research'
        ? passes('research is allowed')
        : open('commercial or production use of outputs is excluded', 'the purpose')
    case 'unclear':
      return open('outputs may serve some models and not others', 'whether the new model competes with the licensor')
    case 'derivative':
      return passes('allowed; the new model is a derivative and carries this licence')
    case 'name-duty':
    case 'display':
    case 'free':
      return passes('allowed, with the duties listed')
  }
}

/** What a licence does to a model that was trained on outputs: the second kind of edge. */
export const applyThroughOutputs = (term: Term, question: MayQuestion, memberships: Memberships): Finding => {
  const findings: Finding[] = [finding(term, wasRead(term.licence))]
  for (const clause of term.licence.clauses) {
    if (clause.kind !== 'outputs') continue
    if (clause.effect === 'derivative') {
      const whole = applyLicence(term, question, memberships)
      findings.unshift(
        whole.verdict === 'yes'
          ? finding(term, passes('a model trained on outputs is a derivative; its licence permits this'), clause)
          : whole,
      )
    } else findings.unshift(finding(term, throughOutputs(clause), clause))
  }
  return firstLowest(findings) ?? finding(term, open('the licence says nothing'))
}

const throughOutputs = (clause: ClauseOf<'outputs'>): Outcome => {
  if (clause.effect === 'forbids-improving')
    return open('the model was made with outputs whose licence forbids improving other models; what that does to its users is not settled')
  if (clause.effect === 'owned-by-licensor') return open('the model was made with outputs that the licensor claims')
  if (clause.effect === 'non-commercial' || clause.effect === 'unclear') return open('the model was made with outputs whose use is limited')
  return passes('outputs may train other models')
}
