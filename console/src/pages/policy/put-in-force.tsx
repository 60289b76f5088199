import * as v from 'valibot'
import type { Answer } from '../../../../src/http/console/contract/index.ts'
import { useAct } from '../../api/use.ts'
import { Card, Form, Moment, Note, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import type { Changing } from './policy.tsx'

type Asking = { readonly name: string; readonly text: string; readonly edition: string }

/** Why, and then it is so: at once where one person decides, else once the others agree. */
export const PutInForce = ({ needs, asking, onDone }: { readonly needs: number; readonly asking: Asking } & Pick<Changing, 'onDone'>) => {
  const say = useSay()
  const put = useAct('PUT /policy')
  return (
    <Card title={say('policy.put-title')}>
      <ReasonForm
        label={say(needs > 1 ? 'policy.propose' : 'policy.put')}
        needs={needs}
        failure={put.error}
        busy={put.isPending}
        onReason={(reason) => put.mutate({ body: { ...asking, reason } }, { onSuccess: onDone })}
      />
      {put.data !== undefined && <Done done={put.data} />}
    </Card>
  )
}

export const ReasonForm = ({
  label,
  needs,
  failure,
  busy,
  onReason,
}: {
  readonly label: string
  readonly needs: number
  readonly failure: ReturnType<typeof useAct<'PUT /policy'>>['error']
  readonly busy: boolean
  readonly onReason: (reason: string) => void
}) => {
  const say = useSay()
  const schema = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(1, say('policy.reason-missing')), v.maxLength(500)) })
  return (
    <Form
      schema={schema}
      submit={label}
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
