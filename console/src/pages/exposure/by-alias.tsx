import { useEffect, useRef } from 'react'
import { formatPercent } from '../../format.ts'
import { Card, Disclosure, Empty, Severity, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { sayActors } from '../drills/names.tsx'
import { CutGraph } from './cut-graph.tsx'
import { shownSets } from './cuts.ts'
import style from './exposure.module.css'
import { Paths } from './paths.tsx'
import type { CutSet, Demand, Exposure } from './types.ts'

const keyOf = (set: CutSet): string => set.map(({ actors }) => actors.join(',')).join('+')
const SHOWN = 3

/** Each alias, who asks it what, and the smallest sets of actors that would leave that without an answer. */
export const ByAlias = ({ exposure, chosen }: { readonly exposure: Exposure; readonly chosen: string | undefined }) => {
  const say = useSay()
  const aliases = Map.groupBy(exposure.demands, ({ alias }) => alias)
  if (aliases.size === 0) return <Empty>{say('exposure.no-demands')}</Empty>
  return (
    <Stack>
      {[...aliases].map(([alias, demands]) => (
        <Card key={alias} title={<bdi>{alias}</bdi>}>
          <ul className={style.demands}>
            {demands.map((demand) => (
              <DemandCuts key={demand.routes.join()} demand={demand} exposure={exposure} chosen={chosen} />
            ))}
          </ul>
        </Card>
      ))}
    </Stack>
  )
}

const DemandCuts = ({
  demand,
  exposure,
  chosen,
}: {
  readonly demand: Demand
  readonly exposure: Exposure
  readonly chosen: string | undefined
}) => {
  const say = useSay()
  const { cuts, routes, safe, asked, calls } = demand
  const { size, guaranteed, exact } = cuts
  const whole = exposure.traffic?.answered.calls ?? 0
  const shown = shownSets(cuts)
  const more = cuts.sets.length - Math.min(shown.length, SHOWN)
  const classes = [...new Set(asked.map(({ tenant, application, dataClass }) => `${tenant}/${application} ${dataClass}`))]
  return (
    <li className={style.demand}>
      <p className={style.state}>
        {guaranteed === 1 && <Severity level="warning" />}
        <span>
          {size === undefined
            ? say('exposure.cannot-end', { routes: safe.join(', ') })
            : guaranteed === size
              ? say(exact ? 'exposure.takes' : 'exposure.takes-at-least', { count: size })
              : say(exact ? 'exposure.takes-or' : 'exposure.takes-or-at-least', { count: size, fewer: guaranteed ?? size })}
        </span>
      </p>
      <p className={style.quiet}>
        {say('exposure.asked-by')} <bdi>{classes.slice(0, 6).join('; ')}</bdi>
        {classes.length > 6 && ` ${say('exposure.more', { count: classes.length - 6 })}`} · {say('exposure.over')}{' '}
        <bdi>{routes.join(', ')}</bdi>
        {whole > 0 && ` · ${say('exposure.of-calls', { share: formatPercent(calls / whole) })}`}
      </p>
      {shown.slice(0, SHOWN).map((set) => (
        <OneCut key={keyOf(set)} set={set} demand={demand} exposure={exposure} isChosen={keyOf(set) === chosen} />
      ))}
      {more > 0 && <p className={style.quiet}>{say(cuts.all ? 'exposure.more-sets' : 'exposure.more-sets-at-least', { count: more })}</p>}
    </li>
  )
}

/** One minimal cut: drawn, in words, and opened into the rows by which each of its actors holds its power. */
const OneCut = ({
  set,
  demand,
  exposure,
  isChosen,
}: {
  readonly set: CutSet
  readonly demand: Demand
  readonly exposure: Exposure
  readonly isChosen: boolean
}) => {
  const say = useSay()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isChosen) place.current?.scrollIntoView({ block: 'center' })
  }, [isChosen])
  return (
    <div ref={place} className={`${style.oneCut} ${isChosen ? style.chosen : ''}`}>
      <CutGraph set={set} alias={demand.alias} routes={demand.routes} />
      <p>
        {set
          .map(({ actors }) =>
            actors.length === 1 ? sayActors(say, actors) : say('exposure.any-of', { actors: sayActors(say, actors, 'disjunction') }),
          )
          .join(' + ')}
      </p>
      <Disclosure summary={say('exposure.by-which-paths')} open={isChosen}>
        {set.map(({ actors, routes }) => (
          <Paths key={actors.join()} exposure={exposure} actors={actors.slice(0, 1)} power="stop" routes={routes} />
        ))}
      </Disclosure>
    </div>
  )
}
