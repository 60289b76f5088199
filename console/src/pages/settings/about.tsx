import { useQuery } from '@tanstack/react-query'
import { ApiFailure } from '../../api/client.ts'
import { Asked, Card, Columns, Disclosure, Facts, Name, Stack, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './settings.module.css'
import type { Settings } from './settings.tsx'

type Licence = { readonly name: string; readonly version: string; readonly licence: string; readonly text: string }
/** Written when the console was built. */
const LIST = '/console/licences.json'
const KEPT = ['session', 'choices', 'signing-in', 'calls'] as const

const readLicences = async ({ signal }: { readonly signal: AbortSignal }): Promise<readonly Licence[]> => {
  const response = await fetch(LIST, { signal })
  if (!response.ok) throw new ApiFailure('unavailable', response.status, '')
  return (await response.json()) as readonly Licence[]
}

/** Versions, licences, and what is kept about whoever uses this console. */
export const About = ({ about: { version, node, parts } }: { readonly about: Settings['about'] }) => {
  const say = useSay()
  const licences = useQuery<readonly Licence[], ApiFailure>({
    queryKey: [LIST],
    queryFn: readLicences,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Columns>
      <Stack>
        <Card title={say('settings.versions')}>
          <Facts
            facts={[
              { name: 'Allod', value: <bdi>{version}</bdi> },
              { name: 'Node.js', value: <bdi>{node}</bdi> },
            ]}
          />
        </Card>
        <Card title={say('settings.kept')}>
          <Facts facts={KEPT.map((kind) => ({ name: say(`settings.kept-${kind}`), value: say(`settings.kept-${kind}-what`) }))} />
        </Card>
        <Card title={say('settings.parts')} flush>
          <Table
            caption={say('settings.parts')}
            rows={parts}
            keyOf={({ name }) => name}
            columns={[
              { id: 'name', head: say('settings.part'), cell: ({ name }) => <Name>{name}</Name> },
              { id: 'version', head: say('settings.version'), cell: (part) => <bdi>{part.version === '' ? '—' : part.version}</bdi> },
              { id: 'licence', head: say('settings.licence'), cell: ({ licence }) => <bdi>{licence === '' ? '—' : licence}</bdi> },
            ]}
          />
        </Card>
      </Stack>
      <Card title={say('settings.console-parts')}>
        <Asked query={licences}>
          {(list) => (
            <Stack>
              {list.map(({ name, version: is, licence, text }) => (
                <Disclosure
                  key={name}
                  summary={
                    <bdi>
                      {name} {is} · {licence}
                    </bdi>
                  }
                >
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes focus */}
                  <section className={style.licence} dir="ltr" tabIndex={0} aria-label={`${name}: ${licence}`}>
                    {text}
                  </section>
                </Disclosure>
              ))}
            </Stack>
          )}
        </Asked>
      </Card>
    </Columns>
  )
}
