import { FlaskConical } from 'lucide-react'
import { useEffect, useRef } from 'react'
import * as v from 'valibot'
import { useAnswer } from '../../api/use.ts'
import { formatDay, formatNumber, formatPercent } from '../../format.ts'
import { useSearchOf } from '../../search.ts'
import { Asked, Card, Columns, LinkButton, PageHead, POWERS, Stack, Tabs } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { sayExposed } from '../drills/drills.tsx'
import { Told } from '../drills/names.tsx'
import { ByActor } from './by-actor.tsx'
import { ByAlias } from './by-alias.tsx'
import style from './exposure.module.css'
import { Remedies } from './remedies.tsx'
import { SharedAndFew } from './shared.tsx'
import type { ExposureAnswer } from './types.ts'

const SEARCH = v.object({
  power: v.optional(v.picklist(POWERS)),
  actor: v.optional(v.string()),
  cut: v.optional(v.string()),
  view: v.optional(v.picklist(['actors', 'aliases'])),
})

/** Exposure: what each actor outside can see, stop and change, and who together could end what. */
export const ExposurePage = () => {
  const say = useSay()
  const answer = useAnswer('GET /exposure', { query: {} }, { topics: ['policy', 'facts'] })
  return (
    <>
      <PageHead
        lead={answer.data === undefined ? say('exposure.title') : sayExposed(say, answer.data)}
        support={answer.data === undefined ? undefined : <Counted answer={answer.data} />}
        actions={
          <LinkButton href="/drills" icon={<FlaskConical />}>
            {say('exposure.rehearse')}
          </LinkButton>
        }
      />
      <Asked query={answer}>{(data) => <Whole answer={data} />}</Asked>
    </>
  )
}

const Counted = ({ answer: { exposure } }: { readonly answer: ExposureAnswer }) => {
  const say = useSay()
  const { traffic } = exposure
  if (traffic === undefined || traffic.answered.calls === 0) return <>{say('exposure.no-calls')}</>
  const gone = traffic.gone === 0 ? '' : ` ${say('exposure.gone', { count: traffic.gone })}`
  return (
    <>
      {say('exposure.counted', { calls: traffic.answered.calls, from: formatDay(traffic.from), to: formatDay(traffic.to) })}
      {gone}
    </>
  )
}

const Whole = ({ answer }: { readonly answer: ExposureAnswer }) => {
  const say = useSay()
  const [{ power = 'stop', actor, cut, view }, setSearch] = useSearchOf(SEARCH)
  const shown = view ?? (cut === undefined ? 'actors' : 'aliases')
  const tabs = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (cut !== undefined) tabs.current?.scrollIntoView({ block: 'start' })
  }, [cut])
  return (
    <Stack>
      <div ref={tabs} className={style.anchor}>
        <Tabs
          label={say('exposure.views')}
          value={shown}
          onChange={(next) => setSearch({ view: next, cut: undefined })}
          tabs={[
            {
              value: 'actors',
              label: say('exposure.by-actor'),
              panel: () => (
                <ByActor
                  exposure={answer.exposure}
                  power={power}
                  chosen={actor}
                  onPower={(next) => setSearch({ power: next })}
                  onChoose={(next) => setSearch({ actor: next })}
                />
              ),
            },
            {
              value: 'aliases',
              label: say('exposure.by-alias'),
              panel: () => <ByAlias exposure={answer.exposure} chosen={cut} />,
            },
          ]}
        />
      </div>
      <Remedies answer={answer} />
      <SharedAndFew exposure={answer.exposure} />
      <Limits answer={answer} />
    </Stack>
  )
}

/** What these figures do not tell. */
const Limits = ({ answer: { exposure, limitPercent } }: { readonly answer: ExposureAnswer }) => {
  const say = useSay()
  const since = exposure.traffic?.countedSince
  return (
    <Columns>
      <Card title={say('exposure.limits')}>
        <ul className={style.list}>
          <li>{say('exposure.limit-unknown')}</li>
          <li>{say('exposure.limit-facts', { day: formatDay(exposure.day), count: exposure.rows.length })}</li>
          <li>{say('exposure.limit-today')}</li>
          {exposure.refused > 0 && <li>{say('exposure.limit-refused', { count: exposure.refused })}</li>}
          {since !== undefined && since > (exposure.traffic?.from ?? 0) && (
            <li>{say('exposure.limit-since', { day: formatDay(since) })}</li>
          )}
          <li>{limitPercent === null ? say('drills.limit-none') : say('drills.limit-is', { limit: formatPercent(limitPercent / 100) })}</li>
        </ul>
      </Card>
      <Card title={say('exposure.steps-title')}>
        <p className={style.quiet}>{say('exposure.steps', { count: formatNumber(exposure.steps) })}</p>
        <ul className={style.list}>
          {exposure.rows.slice(0, 12).map(({ id, subject, predicate, object, evidence }) => (
            <li key={id}>
              <bdi>{id}</bdi> <Told>{`${subject} ${predicate} ${object}`}</Told> <span className={style.quiet}>{evidence}</span>
            </li>
          ))}
        </ul>
        {exposure.rows.length > 12 && <p className={style.quiet}>{say('exposure.more', { count: exposure.rows.length - 12 })}</p>}
      </Card>
    </Columns>
  )
}
