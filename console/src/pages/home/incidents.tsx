import { Link } from 'wouter'
import { Card, Moment, Severity } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './home.module.css'
import type { IncidentAnswer } from './types.ts'
import { useWhat } from './what.ts'

/** What happened last, and what people did about it. */
export const Incidents = ({ incidents }: { readonly incidents: readonly IncidentAnswer[] }) => {
  const say = useSay()
  const tell = useWhat()
  return (
    <Card title={say('home.incidents')} aside={<Link href="/incidents">{say('home.all-incidents')}</Link>} flush>
      {incidents.length === 0 ? (
        <p className={style.nothing}>{say('home.no-incident')}</p>
      ) : (
        <ul className={style.needs}>
          {incidents.map((incident) => (
            <li key={incident.entry} className={style.need}>
              <Severity level={incident.severity} />
              <div className={style.words}>
                <Link href={`/incidents/${incident.entry}`}>
                  <bdi>{tell(incident)}</bdi>
                </Link>
                {incident.message !== '' && (
                  <p>
                    <bdi>{incident.message}</bdi>
                  </p>
                )}
              </div>
              <span className={style.age}>
                <Moment at={incident.time} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
