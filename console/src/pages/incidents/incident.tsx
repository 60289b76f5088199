import * as v from 'valibot'
import { Link, useParams } from 'wouter'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay } from '../../api/session.tsx'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatNumber } from '../../format.ts'
import { Asked, Card, Columns, Facts, Form, LinkButton, Moment, Name, Note, PageHead, Severity, Stack, TextField } from '../../ui/index.ts'
import { Sentence, useSay } from '../../words/words.tsx'
import { useWhat } from '../home/what.ts'
import style from './incidents.module.css'

type Detail = Answer<'GET /incidents/{entry}'>
const NOTE = v.object({ note: v.pipe(v.string(), v.trim(), v.maxLength(500)) })

/** One incident: what its record says, what was done since, and who has looked at it. */
export const IncidentPage = () => {
  const say = useSay()
  const { entry = '' } = useParams<{ entry: string }>()
  const incident = useAnswer('GET /incidents/{entry}', { path: { entry } }, { topics: ['incidents', 'cuts'] })
  const tell = useWhat()
  return (
    <>
      <PageHead
        size="title"
        lead={incident.data === undefined ? say('page.incidents') : tell(incident.data.incident)}
        support={<Link href="/incidents">{say('incident.all')}</Link>}
      />
      <Asked query={incident}>{(detail) => <Whole detail={detail} />}</Asked>
    </>
  )
}

const Whole = ({ detail }: { readonly detail: Detail }) => {
  const say = useSay()
  const { incident, details, cut } = detail
  return (
    <Columns sides="wide-narrow">
      <Stack>
        <Card title={say('incident.record')}>
          {incident.message !== '' && (
            <p className={style.message}>
              <bdi>{incident.message}</bdi>
            </p>
          )}
          <Facts
            facts={[
              { name: say('incident.when'), value: <Moment at={incident.time} form="full" /> },
              ...(incident.subject === '' ? [] : [{ name: say('incident.subject'), value: <Name code>{incident.subject}</Name> }]),
              ...(incident.by.length === 0 ? [] : [{ name: say('incident.by'), value: <Name>{incident.by.join(', ')}</Name> }]),
              { name: say('incident.entry'), value: formatNumber(incident.entry) },
              ...Object.entries(details).map(([name, value]) => ({
                name: <Name code>{name}</Name>,
                value: name === 'call' ? <Link href={`/calls/${value}`}>{value}</Link> : <Name code>{value}</Name>,
              })),
            ]}
          />
        </Card>
        <Since detail={detail} />
      </Stack>
      <Stack>
        {cut && <Note level="warning">{say('incident.is-cut')}</Note>}
        <Acknowledgement detail={detail} />
      </Stack>
    </Columns>
  )
}

const Since = ({ detail: { since } }: { readonly detail: Detail }) => {
  const say = useSay()
  const tell = useWhat()
  return (
    <Card title={say('incident.since')} flush>
      {since.length === 0 ? (
        <p className={style.nothing}>{say('incident.nothing-since')}</p>
      ) : (
        <ol className={style.since}>
          {since.map((each) => (
            <li key={each.entry}>
              <Severity level={each.severity} />
              <div>
                <Link href={`/incidents/${each.entry}`}>
                  <bdi>{tell(each)}</bdi>
                </Link>
                {each.by.length > 0 && (
                  <p className={style.quiet}>
                    <Name>{each.by.join(', ')}</Name> {each.message !== '' && <bdi>· {each.message}</bdi>}
                  </p>
                )}
              </div>
              <span className={style.quiet}>
                <Moment at={each.time} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

const Acknowledgement = ({ detail: { incident } }: { readonly detail: Detail }) => {
  const say = useSay()
  const operates = useMay('operate')
  const act = useAct('POST /incidents/{entry}/acknowledgement')
  const { acknowledged, entry } = incident
  const save = ({ note }: v.InferOutput<typeof NOTE>): void => act.mutate({ path: { entry: String(entry) }, body: { note } })
  return (
    <Card title={say('incident.looked-at')}>
      <Stack>
        {acknowledged === null ? (
          <p>{say('incident.nobody')}</p>
        ) : (
          <div>
            <p>
              <Sentence
                id="incident.acknowledged"
                parts={[<Name key="by">{acknowledged.by}</Name>, <Moment key="time" at={acknowledged.time} form="ago" />]}
              />
            </p>
            {acknowledged.note !== '' && (
              <blockquote className={style.note} dir="auto">
                {acknowledged.note}
              </blockquote>
            )}
          </div>
        )}
        {operates ? (
          <Form schema={NOTE} onDone={save} submit={say('incident.acknowledge')} failure={act.error} busy={act.isPending}>
            <TextField name="note" label={say('incident.note')} help={say('incident.note-help')} maxLength={500} optional />
          </Form>
        ) : (
          <p className={style.quiet}>{say('incident.operators')}</p>
        )}
        {incident.kind === 'incident' && incident.subject.startsWith('endpoint:') && operates && (
          <LinkButton href={`/endpoints/${incident.subject.slice('endpoint:'.length).split('/')[0] ?? ''}`}>
            {say('incident.open-endpoint')}
          </LinkButton>
        )}
      </Stack>
    </Card>
  )
}
