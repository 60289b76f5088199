import { formatDay } from '../../format.ts'
import { Card, Columns, Facts, LinkButton, Name, Note, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Settings } from './settings.tsx'

const KEPT = ['log', 'secrets', 'store', 'lab'] as const
const FOLDERS: Readonly<Record<(typeof KEPT)[number], string>> = { log: 'log/', secrets: 'secrets/', store: 'store.sqlite', lab: 'lab/' }

/** What an owner must look after: backups, facts, updates. The exchange does none of them on its own. */
export const Care = ({ care: { data, factsDay } }: { readonly care: Settings['care'] }) => {
  const say = useSay()
  return (
    <Columns>
      <Card title={say('settings.backups')}>
        <Stack>
          <p>{say('settings.backups-how')}</p>
          <Facts
            facts={[
              { name: say('settings.data-folder'), value: data === null ? say('settings.data-hidden') : <Name code>{data}</Name> },
              ...KEPT.map((part) => ({ name: <Name code>{FOLDERS[part]}</Name>, value: say(`settings.backup-${part}`) })),
            ]}
          />
        </Stack>
      </Card>
      <Stack>
        <Card title={say('settings.facts')} aside={<LinkButton href="/models">{say('settings.open-facts')}</LinkButton>}>
          <p>{say('settings.facts-day', { day: formatDay(`${factsDay}T12:00:00`) })}</p>
        </Card>
        <Card title={say('settings.updates')}>
          <Note>{say('settings.updates-how')}</Note>
        </Card>
      </Stack>
    </Columns>
  )
}
