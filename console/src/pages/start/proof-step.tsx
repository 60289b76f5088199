import { useState } from 'react'
import type { ChatLine } from '../../../../src/http/console/contract/chat.ts'
import { ApiFailure, askLines } from '../../api/client.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { Badge, Button, Failure, LinkButton, Name, Note, Place } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import { Receipt } from '../call/receipt.tsx'
import style from './start.module.css'
import type { Start, StepProps } from './start.tsx'

type Began = Extract<ChatLine, { kind: 'began' }>
type Heard = { readonly text: string; readonly began?: Began; readonly refused?: string; readonly call?: string }
const NOTHING: Heard = { text: '' }
const heard = (before: Heard, line: ChatLine): Heard => {
  if (line.kind === 'began') return { ...before, began: line, call: line.call }
  if (line.kind === 'text') return { ...before, text: before.text + line.text }
  if (line.kind === 'refused') return { ...before, refused: line.message, call: line.call }
  return line.kind === 'broke' ? { ...before, refused: line.message } : before
}

/** A call at home, one abroad, one that the law refuses, and a drill: each a real one, on the record. */
export const ProofStep = ({ start }: StepProps) => {
  const say = useSay()
  const { data: there } = useAnswer('GET /chat', {})
  const abroad = start.endpoints.find(({ place }) => place !== 'home')
  const [application] = there?.applications ?? []
  const classes = useClasses(there)
  if (application === undefined) return null
  const [purpose = ''] = application.purposes
  const common = { application: application.name, purpose }
  return (
    <div className={style.form}>
      <OneCall
        title={say('start.proof.call')}
        help={say('start.proof.call-help')}
        asking={{ ...common, alias: 'assistant', dataClass: classes.lowest }}
        withReceipt
      />
      {abroad === undefined ? (
        <Note title={say('start.proof.no-abroad')}>{say('start.proof.no-abroad-help')}</Note>
      ) : (
        <OneCall
          title={say('start.proof.refusal')}
          help={say('start.proof.refusal-help', { class: classes.highest, endpoint: abroad.name })}
          asking={{ ...common, alias: aliasOf(start, abroad.name), dataClass: classes.highest }}
        />
      )}
      <Drill start={start} />
      <div className={style.actions}>
        <LinkButton kind="primary" href="/">
          {say('start.proof.home')}
        </LinkButton>
      </div>
    </div>
  )
}

const useClasses = (there: unknown): { readonly lowest: string; readonly highest: string } => {
  const { data: session } = useAnswer('GET /session', {}, { enabled: there !== undefined })
  const classes = session?.exchange.dataClasses ?? []
  return { lowest: classes[0] ?? '', highest: classes.at(-1) ?? '' }
}
/** The alias that leads to this endpoint alone, as the step before made it. */
const aliasOf = ({ aliases }: Start, endpoint: string): string =>
  aliases.find(({ targets }) => targets.length > 0 && targets.every((target) => target.startsWith(`${endpoint}/`)))?.name ?? endpoint

type Asking = { readonly application: string; readonly purpose: string; readonly alias: string; readonly dataClass: string }
const OneCall = ({
  title,
  help,
  asking,
  withReceipt = false,
}: {
  readonly title: string
  readonly help: string
  readonly asking: Asking
  readonly withReceipt?: boolean
}) => {
  const say = useSay()
  const [state, setState] = useState<{ readonly running: boolean; readonly heard: Heard; readonly failure?: ApiFailure }>()
  const make = async (): Promise<void> => {
    let all = NOTHING
    setState({ running: true, heard: all })
    const messages = [{ role: 'user', content: say('start.proof.asked') }]
    try {
      await askLines<ChatLine>('POST /chat/answers', { ...asking, messages, maxTokens: 64 }, new AbortController().signal, (line) => {
        all = heard(all, line)
        setState({ running: true, heard: all })
      })
      setState({ running: false, heard: all })
    } catch (reason) {
      setState({ running: false, heard: all, ...(reason instanceof ApiFailure ? { failure: reason } : {}) })
    }
  }
  return (
    <section className={style.proof} aria-label={title} aria-busy={state?.running === true}>
      <h2>{title}</h2>
      <p className={style.quiet}>{help}</p>
      <div className={style.actions}>
        <Button onClick={make}>{title}</Button>
      </div>
      {state?.failure !== undefined && <Failure failure={state.failure} />}
      {state !== undefined && state.heard.text !== '' && (
        <p className={style.answer} dir="auto">
          {state.heard.text}
        </p>
      )}
      {state?.heard.began !== undefined && <From began={state.heard.began} />}
      {state?.heard.refused !== undefined && (
        <Note live title={say('start.proof.refused')}>
          <bdi>{state.heard.refused}</bdi>
        </Note>
      )}
      {withReceipt && state?.running === false && state.heard.call !== undefined && <Receipt call={state.heard.call} />}
    </section>
  )
}

const From = ({ began: { country, endpoint, simulated } }: { readonly began: Began }) => {
  const say = useSay()
  return (
    <p className={style.from}>
      <Place country={country ?? undefined} /> <Name code>{endpoint}</Name> {simulated && <Badge dashed>{say('start.simulated')}</Badge>}
    </p>
  )
}

const REHEARSED = 'disconnect'
/** Everything outside home is gone: rehearsed, nothing is sent. */
const Drill = ({ start: { drills } }: { readonly start: Start }) => {
  const say = useSay()
  const act = useAct('POST /drills/{scenario}/runs')
  const run = act.data?.run ?? null
  return (
    <section className={style.proof} aria-label={say('start.proof.drill')}>
      <h2>{say('start.proof.drill')}</h2>
      <p className={style.quiet}>{say('start.proof.drill-help')}</p>
      <div className={style.actions}>
        <Button onClick={() => act.mutate({ path: { scenario: REHEARSED }, body: { mode: 'plan' } })}>{say('start.proof.drill')}</Button>
        {run !== null && <LinkButton href={`/drills/run/${run}`}>{say('start.proof.report')}</LinkButton>}
      </div>
      {act.error !== null && <Failure failure={act.error} />}
      {drills > 0 && <p role="status">{say('start.proof.drilled', { count: drills })}</p>}
    </section>
  )
}
