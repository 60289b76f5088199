import { useState } from 'react'
import * as v from 'valibot'
import { ApiFailure, ask } from '../../api/client.ts'
import { arePasskeysHere, makePasskey } from '../../api/passkeys.ts'
import { useAct, useAnswer } from '../../api/use.ts'
import { Asked, Button, Card, Failure, Form, Moment, Note, TextField } from '../../ui/index.ts'
import { useSay } from '../../words/words.tsx'
import style from './people.module.css'

const SHORTEST_PASSWORD = 12

/** One’s own ways in. */
export const Account = () => {
  const query = useAnswer('GET /account', {}, { topics: ['people'] })
  return (
    <Asked query={query}>
      {({ password, passkeys, sessions }) => (
        <>
          <Passkeys passkeys={passkeys} sessions={sessions} />
          <Password has={password} />
        </>
      )}
    </Asked>
  )
}

type Passkey = { readonly id: string; readonly created: string; readonly used: string | null }

const Passkeys = ({ passkeys, sessions }: { readonly passkeys: readonly Passkey[]; readonly sessions: number }) => {
  const say = useSay()
  const { data: entrance } = useAnswer('GET /sign-in', {})
  const add = useAct('POST /account/passkeys')
  const remove = useAct('DELETE /account/passkeys/{id}')
  const leave = useAct('DELETE /account/sessions')
  const [failure, setFailure] = useState<ApiFailure>()
  const at = entrance?.ways.passkey ?? null
  const make = async (): Promise<void> => {
    setFailure(undefined)
    try {
      await add.mutateAsync({ body: await makePasskey(await ask('POST /account/passkeys/question', {})) })
    } catch (reason) {
      setFailure(reason instanceof ApiFailure ? reason : new ApiFailure('unavailable', 0, ''))
    }
  }
  return (
    <Card title={say('people.my-passkeys')}>
      {passkeys.length === 0 && <p className={style.support}>{say('people.no-passkeys')}</p>}
      <ul className={style.proposals}>
        {passkeys.map(({ id, created, used }) => (
          <li key={id} className={style.proposal}>
            <p>
              {say('people.passkey-made')} <Moment at={created} />
              {used !== null && (
                <span className={style.support}>
                  {' '}
                  · {say('people.seen')} <Moment at={used} form="ago" />
                </span>
              )}
            </p>
            <Button kind="quiet" onClick={() => remove.mutate({ path: { id } })}>
              {say('people.passkey-remove')}
            </Button>
          </li>
        ))}
      </ul>
      {failure?.kind === 'cancelled' && <Note level="warning" live title={say('people.passkey-cancelled')} />}
      {failure !== undefined && failure.kind !== 'cancelled' && <Failure failure={failure} />}
      {remove.error !== null && <Failure failure={remove.error} />}
      <div className={style.others}>
        {arePasskeysHere(at) ? (
          <Button onClick={make}>{say('people.passkey-add')}</Button>
        ) : (
          at !== null && (
            <Note title={say('people.passkey-elsewhere')}>
              <a href={`${at}/console/people`}>
                <bdi dir="ltr">{at}</bdi>
              </a>
            </Note>
          )
        )}
        <Button onClick={() => leave.mutate({})}>{say('people.leave-everywhere', { sessions })}</Button>
      </div>
    </Card>
  )
}

const Password = ({ has }: { readonly has: boolean }) => {
  const say = useSay()
  const set = useAct('PUT /account/password')
  return (
    <Card title={say('people.my-password')}>
      {set.isSuccess && <Note live title={say('people.password-set')} />}
      <Form
        schema={v.object({
          current: v.optional(v.pipe(v.string(), v.minLength(1, say('people.enter-current')))),
          password: v.pipe(v.string(), v.minLength(SHORTEST_PASSWORD, say('people.enter-new'))),
        })}
        onDone={(body, form) => set.mutate({ body }, { onSuccess: () => form.reset() })}
        submit={say(has ? 'people.password-change' : 'people.password-make')}
        failure={set.error}
        busy={set.isPending}
      >
        {has && (
          <TextField name="current" type="password" label={say('people.password-current')} autoComplete="current-password" dir="ltr" />
        )}
        <TextField
          name="password"
          type="password"
          label={say('people.password-new')}
          help={say('people.password-help')}
          autoComplete="new-password"
          dir="ltr"
        />
      </Form>
    </Card>
  )
}
