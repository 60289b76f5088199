import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { formatCountry, formatPercent } from '../../format.ts'
import type { Rehearsed } from '../../shell/rehearsal.tsx'
import { Note } from '../../ui/severity.tsx'
import { useSay } from '../../words/words.tsx'

export type WhatIf = Answer<'GET /rehearsals/{subject}'>
export type Effect = WhatIf['effects'][number]

/** What is rehearsed, as the exchange names it. */
export const subjectOf = (rehearsed: Rehearsed | undefined): string | undefined => {
  if (rehearsed === undefined) return undefined
  const { kind, id } = rehearsed
  if (kind === 'country') return `country:${id}`
  return id.includes(':') || id === 'unknown' ? id : `${kind === 'endpoint' ? 'endpoint' : 'entity'}:${id}`
}
/** The same, as a person reads it. */
export const nameOfSubject = (subject: string): string =>
  subject.startsWith('country:') ? formatCountry(subject.slice('country:'.length)) : subject.replace(/^(entity|endpoint|model):/, '')

/** A part of what was asked. */
export const partOf = ({ figures: { refused, moves, doubtful, stays } }: WhatIf, amount: number): number => {
  const whole = refused + moves + doubtful + stays
  return whole === 0 ? 0 : amount / whole
}

/** The figures are sums of the rows below and of the table beside. */
export const Verdict = ({ whatIf }: { readonly whatIf: WhatIf }) => {
  const say = useSay()
  const { counts: of, figures } = whatIf
  const share = (amount: number): string => formatPercent(partOf(whatIf, amount))
  const touched = figures.refused + figures.moves
  return (
    <Note
      level={figures.refused > 0 ? 'critical' : touched > 0 ? 'warning' : 'notice'}
      title={say('map.touched', { share: share(touched), of })}
    >
      <p>{say('map.answered-refused', { answered: share(figures.moves), refused: share(figures.refused) })}</p>
      {figures.doubtful > 0 && <p>{say('map.doubtful', { share: share(figures.doubtful) })}</p>}
      {of === 'questions' && <p>{say('map.counts-questions')}</p>}
    </Note>
  )
}
