import type { Evidence } from '../fact.ts'
import type { Licence, LicenceBook, Model } from './book.ts'
import { type Link, lineage } from './chain.ts'
import { nameDuties, nameProblems } from './names.ts'
import { weaker } from './weigh.ts'

/** Two statements about licences that do not fit together. */
export type Conflict = {
  /** A model or a licence. */
  readonly subject: string
  readonly kind:
    | 'terms-dropped'
    | 'relicensed-by-owner'
    | 'stricter-than-parent'
    | 'licence-unknown'
    | 'binding-unclear'
    | 'outputs-terms-dropped'
    | 'outputs-terms-unknown'
    | 'name-duty-missed'
    | 'name-deadlock'
    | 'brand-misses-duty'
    | 'other-statement'
    | 'contradiction'
  /** Of the subject against what it is compared with; of another place's statement against the licence recorded here. */
  readonly direction: 'looser' | 'stricter' | 'same' | 'unknown'
  /** Whether somebody should act; a licensor that relicenses its own, or a stricter child, is only recorded. */
  readonly flagged: boolean
  /** Whether the rows at hand cannot settle it. */
  readonly undecidable: boolean
  readonly with: string
  readonly says: string
  readonly evidence: Evidence
}

/** Every conflict of the book, by subject and kind. */
export const conflicts = (book: LicenceBook): readonly Conflict[] => {
  const found = [...book.models.values()].flatMap((model) => modelConflicts(book, model))
  for (const licence of book.licences.values()) found.push(...licenceConflicts(licence))
  return found.sort(inOrder)
}

/** The conflicts of a lineage and of the licences in it. */
export const conflictsOf = (book: LicenceBook, links: readonly Link[]): readonly Conflict[] => {
  const models = new Set(links.flatMap(({ model }) => (model === undefined ? [] : [model])))
  const licences = new Set([...models].flatMap((model) => model.licences))
  const found = [...models].flatMap((model) => modelConflicts(book, model))
  for (const id of licences) {
    const licence = book.licences.get(id)
    if (licence !== undefined) found.push(...licenceConflicts(licence))
  }
  return found.sort(inOrder)
}

const inOrder = (a: Conflict, b: Conflict): number => {
  const left = `${a.subject} ${a.kind} ${a.with} ${a.says}`
  const right = `${b.subject} ${b.kind} ${b.with} ${b.says}`
  return left < right ? -1 : left > right ? 1 : 0
}

const licenceConflicts = ({ id, contradictions, evidence }: Licence): readonly Conflict[] =>
  contradictions.map(({ says }) => ({
    subject: id,
    kind: 'contradiction',
    direction: 'unknown',
    flagged: true,
    undecidable: true,
    with: id,
    says,
    evidence,
  }))

const modelConflicts = (book: LicenceBook, model: Model): readonly Conflict[] => {
  const links = lineage(book, model)
  const near = links.filter(({ path }) => path.length === 2)
  return [
    ...near.flatMap((link) => (link.via === 'derived-from' ? parentConflicts(book, model, link) : outputConflicts(book, model, link))),
    ...nameConflicts(book, model, links),
    ...statementConflicts(book, model),
  ]
}

const licencesOf = (book: LicenceBook, ids: readonly string[]): readonly Licence[] =>
  ids.flatMap((id) => {
    const licence = book.licences.get(id)
    return licence === undefined ? [] : [licence]
  })

/** Terms that the text says must be passed on. */
const travels = ({ clauses }: Licence): boolean | 'disputed' => {
  const words = clauses.flatMap((clause) => (clause.kind === 'duty' ? [clause.travels] : []))
  return words.includes(true) ? true : words.includes('disputed') ? 'disputed' : false
}
const FREE: readonly string[] = ['duty', 'outputs']
/** Whether a licence limits more than notices do. Unread terms count as limits. */
const restricts = (licence: Licence): boolean =>
  travels(licence) === true ||
  Object.values(licence.permits).some((word) => word !== 'yes') ||
  licence.clauses.some((clause) => !FREE.includes(clause.kind) && !(clause.kind === 'threshold' && clause.consequence === 'display'))
const isUnread = (licence: Licence): boolean => Object.values(licence.permits).every((word) => word === 'unknown')

const parentConflicts = (book: LicenceBook, model: Model, link: Link): readonly Conflict[] => {
  const parent = link.model
  if (parent === undefined) return []
  const base = { subject: model.id, with: parent.id, evidence: weaker(link.edge, weaker(model.evidence, parent.evidence)) }
  const undecidable = link.edge === 'unverified' || model.origin === 'unknown'
  const theirs = licencesOf(book, parent.licences)
  const dropped = theirs.filter((licence) => travels(licence) !== false && !model.licences.includes(licence.id))
  const names = dropped.map(({ id }) => id).join(', ')
  if (model.licences.includes('Unknown'))
    return theirs.some((licence) => restricts(licence) && !isUnread(licence))
      ? [
          {
            ...base,
            kind: 'licence-unknown',
            direction: 'unknown',
            flagged: true,
            undecidable: true,
            says: `no licence is known, its parent is under ${parent.licences.join(', ')}`,
          },
        ]
      : []
  const limits = licencesOf(book, model.licences).filter((licence) => restricts(licence) && !parent.licences.includes(licence.id))
  const found: Conflict[] = []
  if (dropped.length > 0 && link.relicensed)
    found.push({
      ...base,
      kind: 'relicensed-by-owner',
      direction: 'looser',
      flagged: false,
      undecidable: false,
      says: `the same licensor offers it under ${model.licences.join(', ')} and no longer asks for ${names}`,
    })
  else if (dropped.length > 0) {
    const disputed = dropped.every((licence) => travels(licence) === 'disputed')
    found.push({
      ...base,
      kind: disputed ? 'binding-unclear' : 'terms-dropped',
      direction: disputed ? 'unknown' : 'looser',
      flagged: true,
      undecidable: undecidable || disputed,
      says: disputed ? `does not carry ${names}; who is bound downstream is disputed` : `does not carry the terms of its parent: ${names}`,
    })
  }
  if (limits.length > 0 && !theirs.some(restricts)) {
    const unread = limits.every(isUnread)
    const says = `its parent is under ${parent.licences.join(', ')}, itself under ${limits.map(({ id }) => id).join(', ')}`
    found.push({
      ...base,
      kind: 'stricter-than-parent',
      direction: 'stricter',
      flagged: unread,
      undecidable: unread,
      says: unread ? `${says}: probably a mistake` : says,
    })
  }
  return found
}

const outputConflicts = (book: LicenceBook, model: Model, link: Link): readonly Conflict[] => {
  if (link.relicensed) return []
  const base = { subject: model.id, with: link.id, evidence: weaker(link.edge, model.evidence), flagged: true }
  const ids = link.model?.licences ?? (link.statedLicence === undefined ? [] : [link.statedLicence])
  if (ids.length === 0)
    return [
      {
        ...base,
        kind: 'outputs-terms-unknown',
        direction: 'unknown',
        undecidable: true,
        says: `trained on outputs of \`${link.id}\`, whose terms have no row`,
      },
    ]
  return licencesOf(book, ids).flatMap((licence): Conflict[] => {
    const follows = licence.clauses.some((clause) => clause.kind === 'outputs' && !['free', 'display'].includes(clause.effect))
    if (!follows || model.licences.includes(licence.id)) return []
    const says = `trained on outputs under ${licence.id}, whose terms on outputs it does not carry`
    return [{ ...base, kind: 'outputs-terms-dropped', direction: 'looser', undecidable: link.edge === 'unverified', says }]
  })
}

const nameConflicts = (book: LicenceBook, model: Model, links: readonly Link[]): readonly Conflict[] =>
  nameProblems(model, nameDuties(book, links)).map(({ kind, duty, says }) => ({
    subject: model.id,
    kind: kind === 'deadlock' ? 'name-deadlock' : kind === 'missed' ? 'name-duty-missed' : 'brand-misses-duty',
    direction: 'looser',
    flagged: true,
    undecidable: false,
    with: duty.from,
    says: `${says} (${duty.term.licence.id})`,
    evidence: weaker(duty.term.path, model.evidence),
  }))

/** What other places say about the licence of a model; the recorded licence is kept, the difference shown. */
const statementConflicts = (book: LicenceBook, model: Model): readonly Conflict[] => {
  const own = licencesOf(book, model.licences).some(restricts)
  return model.statements.map(({ licence, where, says, evidence, fault }) => {
    const other = licence === undefined ? undefined : book.licences.get(licence)
    const direction = other === undefined ? 'unknown' : restricts(other) === own ? 'same' : own ? 'looser' : 'stricter'
    return {
      subject: model.id,
      kind: 'other-statement',
      direction,
      flagged: fault && direction !== 'same',
      undecidable: other === undefined,
      with: where,
      says,
      evidence,
    }
  })
}
