import { Badge, type Power } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { sayActor, Told } from '../drills/names.tsx'
import style from './exposure.module.css'
import type { Exposure } from './types.ts'

const SHOWN = 6

/** By which rows of the fact book these actors hold a power over each route; the first of them stands for those with the same. */
export const Paths = ({
  exposure,
  actors,
  power,
  routes,
}: {
  readonly exposure: Exposure
  readonly actors: readonly string[]
  readonly power: Power
  readonly routes?: readonly string[]
}) => {
  const say = useSay()
  const rows = new Map(exposure.rows.map((row) => [row.id, row]))
  const ways = exposure.routes
    .filter(({ route }) => routes === undefined || routes.includes(route))
    .flatMap(({ route, control }) => control[power].filter(({ actor }) => actors.includes(actor)).map((way) => ({ route, ...way })))
  if (ways.length === 0) return <p className={style.quiet}>{say('exposure.no-path', { power: say(`power.${power}`) })}</p>
  return (
    <ul className={style.paths}>
      {ways.slice(0, SHOWN).map(({ route, actor, path, evidence }) => (
        <li key={`${route} ${actor}`}>
          <p>
            <strong>{sayActor(say, actor)}</strong> → <bdi>{route}</bdi>{' '}
            <Badge dashed={evidence === 'unverified' || evidence === 'declared'}>{evidence}</Badge>
          </p>
          <ol className={style.path}>
            {path.length === 0 && <li>{say('exposure.no-row')}</li>}
            {path.map((id) => {
              const row = rows.get(id)
              return (
                <li key={id}>
                  {row === undefined ? (
                    <bdi>{id}</bdi>
                  ) : (
                    <>
                      <Told>{`${row.subject} ${row.predicate} ${row.object}`}</Told>{' '}
                      <span className={style.quiet}>
                        <Told>{row.source}</Told>, {row.asOf} · {row.evidence}
                      </span>
                    </>
                  )}
                </li>
              )
            })}
          </ol>
        </li>
      ))}
      {ways.length > SHOWN && <li className={style.quiet}>{say('exposure.more', { count: ways.length - SHOWN })}</li>}
    </ul>
  )
}
