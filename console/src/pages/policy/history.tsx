import { useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay } from '../../api/session.tsx'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatList } from '../../format.ts'
import { Asked, Badge, Button, Card, Dialog, Moment, Table } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './policy.module.css'
import type { Changing, View } from './policy.tsx'
import { ReasonForm } from './put-in-force.tsx'

type Version = Answer<'GET /policy/history'>[number]

/** The policies that were in force: who put each there, why, what it changed, and the way back. */
export const History = ({ policy, looked, look, onDone }: Changing) => {
  const say = useSay()
  const history = useAnswer('GET /policy/history', {}, { topics: ['policy'] })
  const governs = useMay('govern')
  const [back, setBack] = useState<Version>()
  return (
    <>
      <Card flush title={say('policy.history')}>
        <Asked query={history}>
          {(versions) => (
            <Table
              caption={say('policy.history')}
              rows={versions}
              keyOf={({ number }) => String(number)}
              isChosen={({ number }) => String(number) === looked.version}
              columns={[
                { id: 'number', head: say('policy.version'), cell: (version) => <VersionButton version={version} look={look} /> },
                { id: 'at', head: say('policy.when'), cell: ({ at }) => <Moment at={at} /> },
                {
                  id: 'by',
                  head: say('policy.who'),
                  cell: ({ by }) => (by.length === 0 ? say('policy.found') : <bdi>{formatList(by)}</bdi>),
                },
                { id: 'reason', head: say('policy.reason'), cell: ({ reason }) => <bdi>{reason === '' ? '—' : reason}</bdi> },
                {
                  id: 'lines',
                  head: say('policy.lines'),
                  numeric: true,
                  cell: ({ added, removed }) => <Lines added={added} removed={removed} />,
                },
                { id: 'digest', head: say('policy.digest'), wideOnly: true, cell: ({ digest }) => <Short digest={digest} /> },
                { id: 'record', head: say('policy.record'), numeric: true, wideOnly: true, cell: ({ record }) => record },
                {
                  id: 'back',
                  head: <span className="visually-hidden">{say('policy.roll-back')}</span>,
                  cell: (version) =>
                    version.inForce || !governs ? null : <Button onClick={() => setBack(version)}>{say('policy.roll-back')}</Button>,
                },
              ]}
            />
          )}
        </Asked>
      </Card>
      {looked.version !== undefined && <Differences version={looked.version} />}
      {back !== undefined && (
        <RollBack version={back} edition={policy.edition} needs={policy.needs} onClose={() => setBack(undefined)} onDone={onDone} />
      )}
    </>
  )
}

const VersionButton = ({ version: { number, inForce }, look }: { readonly version: Version; readonly look: View['look'] }) => {
  const say = useSay()
  return (
    <>
      <button type="button" className={style.rule} onClick={() => look({ version: String(number) })}>
        {say('policy.number', { number })}
      </button>{' '}
      {inForce && <Badge>{say('policy.in-force')}</Badge>}
    </>
  )
}

const Lines = ({ added, removed }: { readonly added: number | null; readonly removed: number | null }) =>
  added === null || removed === null ? '—' : <bdi dir="ltr">{`+${added} −${removed}`}</bdi>

const SHORT = 19
const Short = ({ digest }: { readonly digest: string }) => (
  <code dir="ltr" title={digest}>
    {digest.slice(0, SHORT)}
  </code>
)

const SIGNS = { same: ' ', added: '+', removed: '−', gap: '⋯' } as const

const Differences = ({ version }: { readonly version: string }) => {
  const say = useSay()
  const found = useAnswer('GET /policy/history/{version}', { path: { version } })
  return (
    <Asked query={found}>
      {({ differences, texts }) =>
        differences.length === 0 ? (
          <Card title={say('policy.number', { number: Number(version) })}>
            <p>{say('policy.first', { files: formatList(texts.map(({ name }) => name)) })}</p>
          </Card>
        ) : (
          differences.map(({ name, lines }) => (
            <Card key={name} flush title={say('policy.diff-of', { name, number: Number(version) })}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes focus */}
              <section className={style.scroll} tabIndex={0} aria-label={name} dir="ltr">
                <pre className={style.diff}>
                  {lines.map(({ kind, text }, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: lines never change places
                    <span key={index} className={style[kind]}>
                      {`${SIGNS[kind]} ${text}\n`}
                    </span>
                  ))}
                </pre>
              </section>
            </Card>
          ))
        )
      }
    </Asked>
  )
}

const RollBack = ({
  version: { number },
  edition,
  needs,
  onClose,
  onDone,
}: Pick<Changing, 'onDone'> & {
  readonly version: Version
  readonly edition: string
  readonly needs: number
  readonly onClose: () => void
}) => {
  const say = useSay()
  const back = useAct('POST /policy/rollback')
  return (
    <Dialog open onClose={onClose} title={say('policy.roll-back-title', { number })}>
      <ReasonForm
        needs={needs}
        failure={back.error}
        busy={back.isPending}
        onReason={(reason) => back.mutateAsync({ body: { version: number, edition, reason } }).then(onDone, () => undefined)}
      />
    </Dialog>
  )
}
