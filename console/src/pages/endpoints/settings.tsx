import { useMay } from '../../api/session.tsx'
import { useAct } from '../../api/use.ts'
import { formatList } from '../../format.ts'
import { Badge, Button, Card, Duration, Facts, Failure, Name, Note, Stack } from '../../ui/index.ts'
import type { WordId } from '../../words/ids.ts'
import { useSay } from '../../words/words.tsx'
import type { View } from './view.ts'

/** How an endpoint is configured, and whether it answers. Of its key only where it comes from is known here. */
export const Settings = ({ page }: View) => {
  const say = useSay()
  const { name, settings, aliases, subject, simulated } = page
  const { address, dialect, region, authentication, keyFrom, tags, maxConnections, timeoutsMs } = settings
  return (
    <Stack>
      <Card title={say('endpoints.tab.settings')} aside={simulated && <Badge dashed>{say('endpoints.simulated')}</Badge>}>
        <Facts
          facts={[
            { name: say('endpoints.address'), value: <Name code>{address}</Name> },
            { name: say('endpoint.dialect'), value: <Name code>{dialect}</Name> },
            { name: say('endpoints.region'), value: region === null ? '—' : <Name>{region}</Name> },
            { name: say('endpoints.subject'), value: <Name code>{subject}</Name> },
            { name: say('endpoint.aliases'), value: aliases.length === 0 ? '—' : <bdi>{formatList(aliases)}</bdi> },
            {
              name: say('endpoints.key'),
              value: keyFrom === null ? say(`endpoint.authentication.${authentication}` as WordId) : <Name code>{keyFrom}</Name>,
            },
            { name: say('endpoint.tags'), value: tags.length === 0 ? '—' : <bdi>{formatList(tags)}</bdi> },
            { name: say('endpoint.connections'), value: maxConnections },
            { name: say('endpoint.timeout-connect'), value: <Duration length={timeoutsMs.connect} /> },
            { name: say('endpoint.timeout-first'), value: <Duration length={timeoutsMs.firstByte} /> },
            { name: say('endpoint.timeout-idle'), value: <Duration length={timeoutsMs.idle} /> },
          ]}
        />
      </Card>
      <Probe name={name} />
    </Stack>
  )
}

/** One request without content, so that nothing of anybody’s leaves. */
const Probe = ({ name }: { readonly name: string }) => {
  const say = useSay()
  const mayProbe = useMay('operate')
  const probe = useAct('POST /endpoints/{name}/probe')
  const { data, error, isPending } = probe
  return (
    <Card title={say('endpoint.probe')}>
      <Stack>
        <p>{say(mayProbe ? 'endpoint.probe-help' : 'endpoint.probe-who')}</p>
        {mayProbe && (
          <p>
            <Button aria-disabled={isPending} onClick={() => !isPending && probe.mutate({ path: { name }, body: {} })}>
              {say('endpoint.probe-now', { name })}
            </Button>
          </p>
        )}
        {error !== null && <Failure failure={error} />}
        {data !== undefined && (
          <Note
            live
            level={data.outcome === 'listed' && data.absent.length === 0 ? 'notice' : 'warning'}
            title={say(`endpoint.probe.${data.outcome}`, { count: data.models.length })}
          >
            {data.message !== '' && <bdi>{data.message}. </bdi>}
            {data.absent.length > 0 && say('endpoint.probe-absent', { models: formatList(data.absent) })}
          </Note>
        )}
      </Stack>
    </Card>
  )
}
