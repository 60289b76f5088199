import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import type { ApiFailure } from '../../api/client.ts'
import { useAct } from '../../api/use.ts'
import { Card, Form, Moment, Note, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Changing } from './policy.tsx'

type Asking = { readonly name: string; readonly text: string; readonly edition: string }
type Sending = {
  /** Told whether it is under way. */
  readonly onSend: (isSending: boolean) => void
}

/** Why, and then it is so: at once where one person decides, else once the others agree. */
export const PutInForce = ({
  needs,
  asking,
  onSend,
  onDone,
}: { readonly needs: number; readonly asking: Asking } & Sending & Pick<Changing, 'onDone'>) => {
  const say = useSay()
  const put = useAct('PUT /policy')
  const send = (reason: string): void => {
    onSend(true)
    // When it is done, the page may show the new policy already and this form be gone.
    put.mutateAsync({ body: { ...asking, reason } }).then(onDone, () => onSend(false))
  }
  return (
    <Card title={say('policy.put-title')}>
      <ReasonForm needs={needs} failure={put.error} busy={put.isPending} onReason={send} />
    </Card>
  )
}

export const ReasonForm = ({
  needs,
  failure,
  busy,
  onReason,
}: {
  /** How many people decide it. */
  readonly needs: number
  readonly failure: ApiFailure | null
  readonly busy: boolean
  readonly onReason: (reason: string) => void
}) => {
  const say = useSay()
  const schema = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(1, say('policy.reason-missing')), v.maxLength(500)) })
  return (
    <Form
      schema={schema}
      submit={say(needs > 1 ? 'policy.propose' : 'policy.put')}
      failure={failure}
      busy={busy}
      onDone={({ reason }) => onReason(reason)}
      {...(needs > 1 ? { effect: say('policy.needs', { count: needs }) } : {})}
    >
      <TextField name="reason" label={say('policy.reason')} help={say('policy.reason-help')} maxLength={500} />
    </Form>
  )
}

/** What came of it. */
export const Done = ({ done }: { readonly done: Answer<'PUT /policy'> }) => {
  const say = useSay()
  if ('proposal' in done)
    return (
      <Note live title={say('policy.proposed')}>
        <Moment at={done.until} form="ago" />
      </Note>
    )
  return (
    <Note live title={say('policy.enforced')}>
      <bdi dir="ltr">{done.digest}</bdi>
      {done.copied !== null && <p>{say('policy.copied', { file: done.copied })}</p>}
    </Note>
  )
}
