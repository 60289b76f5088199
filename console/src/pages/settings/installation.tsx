import { useSession } from '../../api/session.tsx'
import { formatDuration } from '../../format.ts'
import { Card, Columns, Facts, LinkButton, Place } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './settings.module.css'
import type { Settings } from './settings.tsx'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]
const DECISIONS = ['cut', 'restore', 'policy', 'key'] as const

/** What the owner wrote into the configuration, and what follows from it. */
export const Installation = ({ installation }: { readonly installation: Settings['installation'] }) => {
  const say = useSay()
  const { exchange } = useSession()
  const { home, alliance, approvals, conversations, sessions, cutsRunning, alerts } = installation
  const places = (countries: readonly string[]) =>
    countries.length === 0 ? (
      '—'
    ) : (
      <span className={style.places}>
        {countries.map((country) => (
          <Place key={country} country={country} word={false} />
        ))}
      </span>
    )
  return (
    <Columns>
      <Card title={say('settings.whose')}>
        <Facts
          facts={[
            { name: say('settings.operator'), value: <bdi>{exchange.operator}</bdi> },
            { name: say('settings.exchange'), value: <bdi>{exchange.name}</bdi> },
            { name: say('settings.seat'), value: <Place country={exchange.seat} /> },
            { name: say('settings.home'), value: places(home) },
            { name: say('settings.alliance'), value: places(alliance) },
            { name: say('settings.currency'), value: <bdi>{exchange.currency}</bdi> },
          ]}
        />
      </Card>
      <Card title={say('settings.rules')} aside={<LinkButton href="/policy">{say('settings.open-policy')}</LinkButton>}>
        <Facts
          facts={[
            ...DECISIONS.map((decision) => ({
              name: say(`settings.approve-${decision}`),
              value: say('settings.people-agree', { count: approvals[decision] }),
            })),
            { name: say('settings.proposal-waits'), value: formatDuration(approvals.waitMinutes * MINUTE) },
            { name: say('settings.break-glass'), value: formatDuration(approvals.breakGlassMinutes * MINUTE) },
            {
              name: say('settings.conversations'),
              value: say(`settings.keep-${conversations.keep}`, { time: formatDuration(conversations.days * DAY) }),
            },
            {
              name: say('settings.session-ends'),
              value: say('settings.session-ends-after', {
                idle: formatDuration(sessions.idleMinutes * MINUTE),
                whole: formatDuration(sessions.hours * HOUR),
              }),
            },
            { name: say('settings.cuts-running'), value: say(`settings.running-${cutsRunning}`) },
            { name: say('settings.alerts'), value: say('settings.alerts-to', { count: alerts }) },
          ]}
        />
      </Card>
    </Columns>
  )
}
