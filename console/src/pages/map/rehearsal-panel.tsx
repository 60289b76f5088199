import { Check, CircleHelp, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../../api/session.tsx'
import { useAct } from '../../api/use.ts'
import { formatNumber, formatPercent } from '../../format.ts'
import { NotAnswered } from '../../ui/asked.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Note } from '../../ui/severity.tsx'
import { useSay } from '../../words/words.tsx'
import { Class } from './class.tsx'
import { CutState, ReallyCut } from './cut.tsx'
import style from './panel.module.css'
import { type Effect, nameOfSubject, partOf, Verdict, type WhatIf } from './verdict.tsx'

/** What would be touched, what would still be answered, what refused; and what to do with that. */
export const RehearsalPanel = ({
  subject,
  whatIf,
  asks,
  onEnd,
}: {
  readonly subject: string
  readonly whatIf: WhatIf | undefined
  /** Whether the confirmation of the real cut is open to begin with. */
  readonly asks: boolean
  readonly onEnd: () => void
}) => {
  const say = useSay()
  const name = nameOfSubject(subject)
  return (
    <Card>
      <div className={style.panel}>
        <header className={style.head}>
          <h2 className={style.title}>
            <bdi>{name}</bdi>
          </h2>
          {subject.startsWith('country:') && <Class country={subject.slice('country:'.length)} />}
        </header>
        <p>{say('map.rehearsal')}</p>
        {whatIf !== undefined && (
          <>
            <Verdict whatIf={whatIf} />
            <Happens whatIf={whatIf} />
            <Keep subject={subject} />
            <CutState subject={subject} name={name} />
            <ReallyCut subject={subject} name={name} whatIf={whatIf} asks={asks} />
          </>
        )}
        <Button onClick={onEnd}>{say('rehearsal.end')}</Button>
      </div>
    </Card>
  )
}

const SIGNS: Readonly<Record<Effect['kind'], ReactNode>> = { refused: <X />, moves: <Check />, doubtful: <CircleHelp />, stays: <Check /> }

/** One row for each alias and what becomes of it; each class of data has its own row in the table. */
const Happens = ({ whatIf }: { readonly whatIf: WhatIf }) => {
  const say = useSay()
  const touched = whatIf.effects.filter(({ kind }) => kind !== 'stays')
  const groups = [...Map.groupBy(touched, ({ kind, alias, to }) => `${kind} ${alias} ${to ?? ''}`).values()]
  return (
    <section>
      <h3 className={style.section}>{say('map.what-happens')}</h3>
      {groups.length === 0 && <p className={style.quiet}>{say('map.nothing-happens')}</p>}
      <ul className={style.lower}>
        {groups.map((rows) => {
          const [first] = rows
          if (first === undefined) return null
          const { kind, alias, to } = first
          return (
            <li key={`${kind} ${alias} ${to}`}>
              <span className={style[kind]} aria-hidden="true">
                {SIGNS[kind]}
              </span>
              <span className={style.words}>
                {say(`map.effect.${kind}`, { alias, to: to ?? '' })}
                <span className={style.quiet}>{rows.map(({ dataClass }) => dataClass).join(', ')}</span>
              </span>
              <bdi className={style.figures}>
                {formatPercent(
                  partOf(
                    whatIf,
                    rows.reduce((sum, { amount }) => sum + amount, 0),
                  ),
                )}
              </bdi>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** The shipped scenario that does nothing but cut somebody off; it is aimed at whoever is rehearsed. */
const LIVE_SCENARIO = 'region-block'

/** Computed once more as a drill, recorded, signed and kept. */
const Keep = ({ subject }: { readonly subject: string }) => {
  const say = useSay()
  const may = useMay('operate')
  const keep = useAct('POST /rehearsals/{subject}/report')
  const isDrill = /^(?:country|entity|endpoint):[^/]+$/.test(subject)
  if (!may || !isDrill) return null
  const kept = keep.data
  return (
    <div className={style.actions}>
      {kept === undefined ? (
        <Button
          kind="primary"
          large
          aria-disabled={keep.isPending}
          onClick={() => keep.isPending || keep.mutate({ path: { subject }, body: {} })}
        >
          {say('map.keep')}
        </Button>
      ) : (
        <Note
          live
          title={say('map.kept', { record: formatNumber(kept.record) })}
          action={<Button onClick={() => save(`${kept.drill}-${kept.started}.json`, kept.report)}>{say('map.download')}</Button>}
        >
          <bdi>{kept.sentence}</bdi>
        </Note>
      )}
      {keep.error !== null && <NotAnswered failure={keep.error} />}
      <LinkButton href={`/drills?scenario=${LIVE_SCENARIO}&target=${encodeURIComponent(subject)}`}>{say('map.run-live')}</LinkButton>
    </div>
  )
}

/** Gives a text to the browser as a file. */
const save = (name: string, text: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
