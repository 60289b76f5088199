import { useState } from 'react'
import * as v from 'valibot'
import { useLocation } from 'wouter'
import { ApiFailure, ask } from '../api/client.ts'
import { arePasskeysHere, makePasskey, showPasskey } from '../api/passkeys.ts'
import { useAct } from '../api/use.ts'
import { Button, Failure, Form, LinkButton, Note, Segmented, TextField } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import style from './sign-in.module.css'
import type { SignInShown } from './sign-in-page.tsx'

type Shown = { readonly shown: SignInShown }
const SHORTEST_PASSWORD = 12

/** What a device refused, or the exchange. */
const PasskeyFailure = ({ failure }: { readonly failure: ApiFailure }) => {
  const say = useSay()
  return failure.kind === 'cancelled' ? (
    <Note level="warning" live title={say('sign-in.passkey-cancelled')} />
  ) : (
    <Failure failure={failure} />
  )
}
const failureOf = (reason: unknown): ApiFailure => (reason instanceof ApiFailure ? reason : new ApiFailure('unavailable', 0, ''))

export const WithPasskey = ({ shown }: Shown) => {
  const say = useSay()
  const signIn = useAct('POST /session/passkey')
  const [failure, setFailure] = useState<ApiFailure>()
  const { passkey } = shown.ways
  if (passkey !== null && !arePasskeysHere(passkey))
    return (
      <Note title={say('sign-in.passkey-elsewhere')}>
        <a href={`${passkey}/console/`}>
          <bdi dir="ltr">{passkey}</bdi>
        </a>
      </Note>
    )
  const enter = async (): Promise<void> => {
    setFailure(undefined)
    try {
      await signIn.mutateAsync({ body: await showPasskey(await ask('POST /session/passkey/question', {})) })
    } catch (reason) {
      setFailure(failureOf(reason))
    }
  }
  return (
    <div className={style.way}>
      <p className={style.support}>{say('sign-in.passkey-help')}</p>
      {failure !== undefined && <PasskeyFailure failure={failure} />}
      <Button kind="primary" large onClick={enter}>
        {say('sign-in.passkey')}
      </Button>
    </div>
  )
}

export const WithProvider = ({ shown }: Shown) => {
  const say = useSay()
  return (
    <div className={style.way}>
      <LinkButton kind="primary" large href="/admin/v1/session/openid">
        {say('sign-in.openid', { provider: shown.ways.openid ?? '' })}
      </LinkButton>
    </div>
  )
}

export const WithPassword = () => {
  const say = useSay()
  const signIn = useAct('POST /session')
  return (
    <Form
      schema={v.object({
        name: v.pipe(v.string(), v.trim(), v.minLength(1, say('sign-in.enter-name'))),
        password: v.pipe(v.string(), v.minLength(1, say('sign-in.enter-password'))),
      })}
      onDone={(body) => signIn.mutate({ body })}
      submit={say('sign-in.enter')}
      failure={signIn.error}
      busy={signIn.isPending}
    >
      <TextField name="name" label={say('sign-in.name')} autoComplete="username" autoCapitalize="none" dir="ltr" />
      <TextField name="password" type="password" label={say('sign-in.password')} autoComplete="current-password" dir="ltr" />
    </Form>
  )
}

export const WithKey = () => {
  const say = useSay()
  const signIn = useAct('POST /session')
  return (
    <Form
      schema={v.object({ key: v.pipe(v.string(), v.trim(), v.minLength(1, say('sign-in.enter-key'))) })}
      onDone={(body) => signIn.mutate({ body })}
      submit={say('sign-in.enter')}
      failure={signIn.error}
      busy={signIn.isPending}
    >
      <TextField name="key" type="password" label={say('sign-in.key')} help={say('sign-in.key-help')} autoComplete="off" dir="ltr" />
    </Form>
  )
}

type Given = { readonly code: string; readonly name?: string | undefined; readonly password?: string | undefined }
/** Whoever has a one-time code: of an invitation, or that of the setup, which asks for a name too. */
export const WithCode = ({ shown }: Shown) => {
  const say = useSay()
  const { ways } = shown
  const hasPasskeys = arePasskeysHere(ways.passkey)
  const [means, setMeans] = useState<'password' | 'passkey'>(ways.password ? 'password' : 'passkey')
  const redeem = useAct('POST /session/code')
  const [failure, setFailure] = useState<ApiFailure>()
  const withPassword = means === 'password'
  const [, navigate] = useLocation()
  const enter = async ({ code, name, password }: Given): Promise<void> => {
    const who = { code, ...(name === undefined ? {} : { name }) }
    setFailure(undefined)
    try {
      // Whoever begins an exchange is led on; the address changes before the page behind the sign-in is there.
      const begins = ways.setup
      const passkey = withPassword ? undefined : await makePasskey(await ask('POST /session/code/question', { body: who }))
      await redeem.mutateAsync({ body: { ...who, ...(withPassword ? { password } : { passkey }) } })
      if (begins) navigate('/start')
    } catch (reason) {
      setFailure(failureOf(reason))
    }
  }
  return (
    <>
      {failure?.kind === 'cancelled' && <PasskeyFailure failure={failure} />}
      <Form
        schema={v.object({
          code: v.pipe(v.string(), v.trim(), v.minLength(1, say('sign-in.enter-code'))),
          name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1, say('sign-in.enter-name')))),
          password: v.optional(v.pipe(v.string(), v.minLength(SHORTEST_PASSWORD, say('sign-in.enter-new')))),
        })}
        onDone={enter}
        submit={say(withPassword ? 'sign-in.redeem-password' : 'sign-in.redeem-passkey')}
        failure={failure?.kind === 'cancelled' ? undefined : failure}
        busy={redeem.isPending}
      >
        <TextField
          name="code"
          label={say('sign-in.code')}
          help={say(ways.setup ? 'sign-in.setup-help' : 'sign-in.code-help')}
          autoComplete="one-time-code"
          dir="ltr"
        />
        {ways.setup && (
          <TextField
            name="name"
            label={say('sign-in.name')}
            help={say('sign-in.name-help')}
            autoComplete="username"
            autoCapitalize="none"
            dir="ltr"
          />
        )}
        {ways.password && hasPasskeys && (
          <Segmented
            legend={say('sign-in.from-now-on')}
            legendShown
            choices={[
              { value: 'password', label: say('sign-in.password') },
              { value: 'passkey', label: say('sign-in.way-passkey') },
            ]}
            value={means}
            onChange={setMeans}
          />
        )}
        {withPassword && (
          <TextField
            name="password"
            type="password"
            label={say('sign-in.password-new')}
            help={say('sign-in.password-help')}
            autoComplete="new-password"
            dir="ltr"
          />
        )}
      </Form>
    </>
  )
}
