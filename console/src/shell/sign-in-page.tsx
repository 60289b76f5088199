import { useState } from 'react'
import { Link } from 'wouter'
import type { Answer } from '../../../src/http/console/contract/index.ts'
import { arePasskeysHere } from '../api/passkeys.ts'
import { useAnswer } from '../api/use.ts'
import { formatCountry } from '../format.ts'
import { Asked, Disclosure, Hash, Note, PageHead, Segmented } from '../ui/index.ts'
import { useSay } from '../words/words.tsx'
import style from './sign-in.module.css'
import { WithCode, WithKey, WithPasskey, WithPassword, WithProvider } from './sign-in-forms.tsx'

export type SignInShown = Answer<'GET /sign-in'>
type Way = 'passkey' | 'password' | 'openid' | 'key' | 'code'

/** Whose exchange this is, then the ways in that there are: a passkey first. */
export const SignInPage = () => {
  const query = useAnswer('GET /sign-in', {})
  return (
    <main className={style.page}>
      <Asked query={query}>{(shown) => <Entrance shown={shown} />}</Asked>
    </main>
  )
}

const Entrance = ({ shown }: { readonly shown: SignInShown }) => {
  const say = useSay()
  const { exchange, ways } = shown
  const country = formatCountry(exchange.seat)
  return (
    <div className={style.card}>
      <p className={style.brand}>Allod</p>
      <PageHead
        size="title"
        lead={say(ways.setup ? 'sign-in.setup-lead' : 'sign-in.lead', { operator: exchange.operator })}
        support={
          <>
            <span className={style.seat} aria-hidden="true" /> {say('sign-in.place', { exchange: exchange.name, country })}
          </>
        }
      />
      <Refused />
      {ways.setup ? <WithCode shown={shown} /> : <Ways shown={shown} />}
      <Disclosure
        summary={
          <>
            {say('sign-in.log-key')}{' '}
            <bdi dir="ltr" className={style.key}>
              {exchange.logKey.split('+')[1]}
            </bdi>
          </>
        }
      >
        <p className={style.support}>{say('sign-in.log-key-help')}</p>
        <Hash text={exchange.logKey} whole />
      </Disclosure>
      <p className={style.support}>
        <Link href="/verify">{say('sign-in.verify')}</Link>
      </p>
    </div>
  )
}

/** What became of a sign-in that left for a provider: the exchange says it in the address. */
const Refused = () => {
  const say = useSay()
  const why = new URLSearchParams(location.search).get('sign-in')
  if (why === null) return null
  return <Note level="critical" live title={say(why === 'unavailable' ? 'sign-in.provider-unreached' : 'sign-in.provider-refused')} />
}

const waysOf = ({ ways }: SignInShown): readonly Way[] => [
  ...(ways.passkey === null ? [] : (['passkey'] as const)),
  ...(ways.openid === null ? [] : (['openid'] as const)),
  ...(ways.password ? (['password'] as const) : []),
  'key',
  'code',
]
const FORMS = { passkey: WithPasskey, password: WithPassword, openid: WithProvider, key: WithKey, code: WithCode } as const

const Ways = ({ shown }: { readonly shown: SignInShown }) => {
  const say = useSay()
  const ways = waysOf(shown)
  const first = ways.find((way) => way !== 'passkey' || arePasskeysHere(shown.ways.passkey)) ?? 'key'
  const [way, setWay] = useState<Way>(first)
  const Way = FORMS[way]
  const label = (each: Way): string => (each === 'openid' ? (shown.ways.openid ?? '') : say(`sign-in.way-${each}`))
  return (
    <>
      <Way shown={shown} />
      <Segmented
        legend={say('sign-in.ways')}
        legendShown
        choices={ways.map((value) => ({ value, label: label(value) }))}
        value={way}
        onChange={setWay}
      />
    </>
  )
}
