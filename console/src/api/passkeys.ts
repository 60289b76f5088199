import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { Answer, Request } from '../../../src/http/console/contract/index.ts'
import { ApiFailure } from './client.ts'

type Answered = Request<'POST /session/passkey'>['body']
/** Loaded when somebody first uses a passkey. */
const library = () => import('@simplewebauthn/browser')

/** Whether passkeys of this exchange are good on this page; the browser knows them on secure pages alone. */
export const arePasskeysHere = (origin: string | null): boolean => origin === location.origin && window.PublicKeyCredential !== undefined

/** What a device answers to the exchange’s question; rejects with `cancelled` where nobody let it. */
export const showPasskey = async (question: Answer<'POST /session/passkey/question'>): Promise<Answered> => {
  const { startAuthentication } = await library()
  const optionsJSON = question as unknown as PublicKeyCredentialRequestOptionsJSON
  return startAuthentication({ optionsJSON }).catch(cancelled) as Promise<unknown> as Promise<Answered>
}
/** The same for one more passkey. */
export const makePasskey = async (question: Answer<'POST /account/passkeys/question'>): Promise<Answered> => {
  const { startRegistration } = await library()
  const optionsJSON = question as unknown as PublicKeyCredentialCreationOptionsJSON
  return startRegistration({ optionsJSON }).catch(cancelled) as Promise<unknown> as Promise<Answered>
}
const cancelled = (): never => {
  throw new ApiFailure('cancelled', 0, '')
}
