import { type FormEvent, useState } from 'react'
import { useAct } from '../api/use.ts'
import { useSay } from '../words/words.tsx'

/** The way in. */
export const SignIn = () => {
  const say = useSay()
  const [key, setKey] = useState('')
  const signIn = useAct('POST /session')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    signIn.mutate({ body: { key } })
  }
  return (
    <main>
      <h1>{say('sign-in.title')}</h1>
      <form onSubmit={submit}>
        <label>
          {say('sign-in.key')}
          <input type="password" autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} />
        </label>
        <button type="submit">{say('sign-in.enter')}</button>
        {signIn.error !== null && <p role="alert">{signIn.error.message}</p>}
      </form>
    </main>
  )
}
