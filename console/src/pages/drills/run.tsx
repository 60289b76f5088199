import { Printer } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useParams } from 'wouter'
import { ask } from '../../api/client.ts'
import { useAnswer } from '../../api/use.ts'
import { Asked, Badge, Button, Card, Columns, DownloadButton, Hash, Moment, Note, PageHead, Severity, Stack } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './drills.module.css'
import { Told } from './names.tsx'
import { ReportCards } from './report-cards.tsx'
import { type SignedVerdict, signedFile, verifySigned } from './signed.ts'
import type { RunAnswer } from './types.ts'
import { sayVerdict } from './verdict.ts'

/** One drill that was carried out: shown only once this browser has found that the log's key signed exactly this. */
export const DrillRun = () => {
  const { id = '' } = useParams<{ id: string }>()
  const say = useSay()
  const run = useAnswer('GET /drills/runs/{id}', { path: { id } })
  return (
    <Asked query={run} waiting={<PageHead lead={say('drills.report')} />}>
      {(answer) => <Checked answer={answer} />}
    </Asked>
  )
}

const Checked = ({ answer }: { readonly answer: RunAnswer }) => {
  const say = useSay()
  const [verdict, setVerdict] = useState<SignedVerdict>()
  useEffect(() => {
    let isWanted = true
    verifySigned(answer).then((found) => {
      if (isWanted) setVerdict(found)
    })
    return () => {
      isWanted = false
    }
  }, [answer])
  const { report, run } = answer
  const isRefused = verdict?.state === 'altered'
  return (
    <>
      <PageHead
        lead={isRefused ? say('drills.altered-lead') : sayVerdict(say, run.verdict)}
        support={
          <>
            <Told>{report.scenario.title}</Told> · <Moment at={report.started} form="full" /> · <bdi>{report.operator}</bdi>
          </>
        }
        actions={verdict !== undefined && <Actions answer={answer} isRefused={isRefused} />}
      />
      <Stack>
        {verdict !== undefined && (
          <Columns sides="panel">
            {isRefused ? (
              <Note level="critical" title={say('drills.altered')}>
                {say('drills.altered-next')}
              </Note>
            ) : (
              <Kind answer={answer} />
            )}
            <Verdict verdict={verdict} />
          </Columns>
        )}
        {verdict !== undefined && !isRefused && <ReportCards report={report} />}
      </Stack>
    </>
  )
}

const Actions = ({ answer, isRefused }: { readonly answer: RunAnswer; readonly isRefused: boolean }) => {
  const say = useSay()
  const { run, page } = answer
  const savePage = (): void => {
    ask('GET /drills/runs/{id}/page', { path: { id: run.id } }).then(({ html }) => save(`${run.id}.html`, html))
  }
  return (
    <span className={style.unprinted}>
      <DownloadButton name={`${run.id}.json`} content={() => signedFile(answer)}>
        {say('drills.save-json')}
      </DownloadButton>
      {page && <Button onClick={savePage}>{say('drills.save-page')}</Button>}
      {!isRefused && (
        <Button icon={<Printer />} onClick={() => window.print()}>
          {say('drills.print')}
        </Button>
      )}
    </span>
  )
}

const save = (name: string, html: string): void => {
  const address = URL.createObjectURL(new Blob([html], { type: 'text/html' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

/** What kind of drill it was: computed, on simulations, or on real calls. */
const Kind = ({ answer: { report } }: { readonly answer: RunAnswer }) => {
  const say = useSay()
  const { mode, live, scenario, cuts } = report
  const kind = mode === 'plan' ? 'plan' : live?.sandbox === true ? 'simulated' : 'real'
  return (
    <Card title={say('drills.what-it-was')} aside={<Badge dashed={kind !== 'real'}>{say(`drills.kind.${kind}`)}</Badge>}>
      <div className={style.scenario}>
        <p>{say(`drills.kind-note.${kind}`)}</p>
        <p className={style.support}>
          <Told>{scenario.happened}</Told>
        </p>
        {cuts.length > 0 && <p className={style.quiet}>{say('drills.already-cut', { what: cuts.join(', ') })}</p>}
      </div>
    </Card>
  )
}

const Verdict = ({ verdict: { state, checks, key, digest } }: { readonly verdict: SignedVerdict }) => {
  const say = useSay()
  return (
    <Card title={say('drills.signature')}>
      <div className={style.verdict} role="status">
        <p className={style.state}>
          {state !== 'genuine' && <Severity level={state === 'altered' ? 'critical' : 'warning'} />} {say(`drills.signature.${state}`)}
        </p>
        <ul className={style.checks}>
          {checks.map(({ what, ok }) => (
            <li key={what}>
              <span aria-hidden="true">{ok ? '✓' : '✕'}</span> {say(`drills.check.${what}`, { key })}
              <span className="visually-hidden">: {say(ok ? 'drills.check-holds' : 'drills.check-fails')}</span>
            </li>
          ))}
        </ul>
        <p className={style.quiet}>
          SHA-256 <Hash text={digest} />
        </p>
        <p className={style.quiet}>{say('drills.signature-means')}</p>
      </div>
    </Card>
  )
}
