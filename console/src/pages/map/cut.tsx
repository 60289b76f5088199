// Cutting for real, and taking it back: figures first, then a typed confirmation.
import { useState } from 'react'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useMay } from '../../api/session.tsx'
import { useAct, useAnswer } from '../../api/use.ts'
import { formatList, formatMoment } from '../../format.ts'
import { NotAnswered } from '../../ui/asked.tsx'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/choice.tsx'
import { Dialog, TypedConfirm } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/severity.tsx'
import { useSay } from '../../words/words.tsx'
import style from './panel.module.css'
import { Verdict, type WhatIf } from './verdict.tsx'

type Ordered = Answer<'POST /cuts'> | Answer<'DELETE /cuts/{subject}'>
type Waiting = Extract<Ordered, { readonly proposal: number }>
const isWaiting = (answer: Ordered | undefined): answer is Waiting => answer !== undefined && 'proposal' in answer

/** Lengths of time as the exchange reads them; none lasts until somebody restores it. */
const LENGTHS = ['', '1h', '8h', '1d', '7d'] as const
const LONGEST_REASON = 500

/** What the exchange made of an order: it waits for somebody else, or is done. */
const Waits = ({ answer }: { readonly answer: Ordered | undefined }) => {
  const say = useSay()
  if (!isWaiting(answer)) return null
  return (
    <Note level="warning" live title={say('map.waits', { count: answer.needs - answer.by.length })}>
      {say('map.waits-by', { by: formatList(answer.by), until: formatMoment(answer.until) })}
    </Note>
  )
}

/** Whether it is really cut now, and the way back. */
export const CutState = ({ subject, name }: { readonly subject: string; readonly name: string }) => {
  const say = useSay()
  const may = useMay('operate')
  const { data: cuts } = useAnswer('GET /cuts', {}, { topics: ['cuts'] })
  const restore = useAct('DELETE /cuts/{subject}')
  const [asks, setAsks] = useState(false)
  const [reason, setReason] = useState('')
  const cut = cuts?.find((each) => each.subject === subject && each.inForce)
  if (cut === undefined) return null
  const send = (): void => restore.mutate({ path: { subject }, query: { reason } }, { onSuccess: () => setAsks(false) })
  return (
    <>
      <Note
        level="critical"
        title={say('map.is-cut', { time: formatMoment(cut.since) })}
        {...(may ? { action: <Button onClick={() => setAsks(true)}>{say('map.restore', { name })}</Button> } : {})}
      >
        <bdi>{cut.reason}</bdi> {cut.by.length > 0 && say('map.cut-by', { by: formatList(cut.by) })}
        {cut.until !== null && ` ${say('map.cut-until', { time: formatMoment(cut.until) })}`}
      </Note>
      <Waits answer={restore.data} />
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title={say('map.restore-title', { name })}
        actions={
          <Button kind="primary" onClick={send}>
            {say('map.restore', { name })}
          </Button>
        }
      >
        <TextField label={say('map.reason')} maxLength={LONGEST_REASON} value={reason} onChange={({ target }) => setReason(target.value)} />
        {restore.error !== null && <NotAnswered failure={restore.error} />}
      </Dialog>
    </>
  )
}

/** The button that hurts. What it does stands above it in figures, and the exchange decides whether one person is enough. */
export const ReallyCut = ({
  subject,
  name,
  whatIf,
  asks: asksAtOnce,
}: {
  readonly subject: string
  readonly name: string
  readonly whatIf: WhatIf
  readonly asks: boolean
}) => {
  const say = useSay()
  const may = useMay('operate')
  const [asks, setAsks] = useState(asksAtOnce)
  const [running, setRunning] = useState<'finish' | 'abort'>('finish')
  const [length, setLength] = useState<(typeof LENGTHS)[number]>('')
  const [reason, setReason] = useState('')
  const cut = useAct('POST /cuts')
  if (whatIf.cuts.includes(subject)) return null
  if (!may) return <p className={style.quiet}>{say('map.needs-operator')}</p>
  const send = (): void =>
    cut.mutate({ body: { subject, reason, running, ...(length === '' ? {} : { for: length }) } }, { onSuccess: () => setAsks(false) })
  return (
    <div className={style.actions}>
      <Waits answer={cut.data} />
      <Button kind="danger" onClick={() => setAsks(true)}>
        {say('map.really-cut', { name })}
      </Button>
      <TypedConfirm
        open={asks}
        onClose={() => setAsks(false)}
        onConfirm={send}
        busy={cut.isPending}
        title={say('map.cut-title', { name })}
        name={name}
        confirm={say('map.cut-now', { name })}
      >
        <div className={style.form}>
          <Verdict whatIf={whatIf} />
          <p>{say('map.cut-means')}</p>
          <TextField
            label={say('map.reason')}
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          <SelectField
            label={say('map.length')}
            value={length}
            onChange={({ target }) => setLength(LENGTHS.find((each) => each === target.value) ?? '')}
            options={LENGTHS.map((each) => ({ value: each, label: say(`map.length.${each === '' ? 'restored' : each}`) }))}
          />
          <Segmented
            legend={say('map.running')}
            legendShown
            value={running}
            onChange={setRunning}
            choices={[
              { value: 'finish', label: say('map.running.finish') },
              { value: 'abort', label: say('map.running.abort') },
            ]}
          />
          {cut.error !== null && <NotAnswered failure={cut.error} />}
        </div>
      </TypedConfirm>
    </div>
  )
}
