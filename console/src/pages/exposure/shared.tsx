import { formatNumber, formatPercent } from '../../format.ts'
import { Card, Columns, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Actor, sayActors } from '../drills/names.tsx'
import style from './exposure.module.css'
import type { Exposure } from './types.ts'

/** What alternatives have in common, and in how few hands the calls are. */
export const SharedAndFew = ({ exposure }: { readonly exposure: Exposure }) => {
  const say = useSay()
  const { common, concentration } = exposure
  return (
    <Columns>
      <Card title={say('exposure.common')}>
        {common.length === 0 ? (
          <p className={style.quiet}>{say('exposure.common-none')}</p>
        ) : (
          <ul className={style.list}>
            {common.map(({ kind, names, routes, everything }) => (
              <li key={`${kind} ${names.join()}`}>
                <strong>{sayActors(say, names)}</strong> {say(`exposure.common.${kind}`)} <bdi>{routes.join(', ')}</bdi>
                {everything && ` · ${say('exposure.common-everything')}`}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card title={say('exposure.concentration')} flush>
        {concentration.map(({ by, index, atMost, parts }) => {
          const whole = parts.reduce((sum, { calls }) => sum + calls, 0)
          const caption = say(`exposure.concentration.${by}`)
          return (
            <section key={by} className={style.concentration}>
              <p className={style.index}>
                {caption}: <strong>{index.calls === undefined ? '—' : formatNumber(index.calls)}</strong>
                {atMost.calls !== undefined &&
                  atMost.calls !== index.calls &&
                  ` ${say('exposure.at-most', { index: formatNumber(atMost.calls) })}`}
              </p>
              <Table
                caption={caption}
                rows={parts}
                keyOf={({ name }) => name}
                empty={say('exposure.no-calls')}
                columns={[
                  { id: 'name', head: say(`exposure.${by}`), cell: ({ name }) => <Actor actor={name} /> },
                  {
                    id: 'calls',
                    head: say('exposure.calls'),
                    numeric: true,
                    cell: ({ calls }) => (whole === 0 ? '—' : formatPercent(calls / whole)),
                  },
                ]}
              />
            </section>
          )
        })}
        <p className={`${style.quiet} ${style.inset}`}>{say('exposure.concentration-means')}</p>
      </Card>
    </Columns>
  )
}
