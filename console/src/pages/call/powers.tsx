import { Card, Place, POWERS, PowerIcon } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './call.module.css'
import type { Call } from './steps.ts'

/** Who could see, stop and change what answered, as the record says it. */
export const PowersOver = ({ call: { row } }: { readonly call: Call }) => {
  const say = useSay()
  if (row.endpoint === null) return null
  return (
    <Card title={say('call.powers')}>
      <dl className={style.powers}>
        {POWERS.map((power) => (
          <div key={power}>
            <dt>
              <PowerIcon power={power} /> {say(`power.${power}`)}
            </dt>
            <dd>
              {row[power].length === 0
                ? say('call.nobody')
                : row[power].map((country) => <Place key={country} country={country === 'unknown' ? undefined : country} />)}
            </dd>
          </div>
        ))}
      </dl>
      <p className={style.quiet}>{say('call.powers-help')}</p>
    </Card>
  )
}
