// What one attempt says of the endpoint. Overload passes; a refusal of service and silence may be a cut.

/** Why service is refused, or that nobody is there. */
export type CutReason =
  | 'key-refused'
  | 'permission-refused'
  | 'payment-demanded'
  | 'country-unsupported'
  | 'account-disabled'
  | 'legal-reasons'
  | 'model-gone'
  | 'not-found'
  | 'name-dead'
  | 'certificate-refused'
  | 'certificate-changed'
  | 'connection-refused'
  | 'connection-lost'
  | 'unreachable'

export type Finding = {
  /** `nothing`: the attempt ended for a reason that is not the endpoint's. */
  readonly kind: 'well' | 'overloaded' | 'failed' | 'refused' | 'dead' | 'nothing'
  readonly reason?: CutReason
  /** The endpoint's own words leave no doubt. */
  readonly clear: boolean
}

const plain = (kind: 'well' | 'overloaded' | 'failed' | 'nothing'): Finding => ({ kind, clear: false })
const refused = (reason: CutReason, clear = false): Finding => ({ kind: 'refused', reason, clear })
const dead = (reason: CutReason, clear = false): Finding => ({ kind: 'dead', reason, clear })

const WELL = plain('well')
const OVERLOADED = plain('overloaded')
const FAILED = plain('failed')
const NOTHING = plain('nothing')
/** Not a word came before the connection broke. */
const LOST = dead('connection-lost')

/** As much of an error's text is read as any vendor's reason needs. */
export const MAX_WORDS = 2048

/**
 * OpenAI: 403 `unsupported_country_region_territory`, 401 `account_deactivated`, 404 `model_not_found`. Anthropic: 400 "This organization
 * has been disabled". Google: 400 "User location is not supported for the API use", 403 `CONSUMER_SUSPENDED`. Azure: 404
 * `DeploymentNotFound`. Amazon: "not allowed from unsupported countries, regions, or territories".
 */
const COUNTRY =
  /unsupported[_ ](?:country|countries|region)|(?:location|country|region) is not supported|not available in your (?:country|region)/i
const ACCOUNT =
  /account[_ ](?:has been |is |was )?(?:deactivated|disabled|suspended|terminated)|organi[sz]ation (?:has been|is|was) (?:disabled|deactivated|suspended)|CONSUMER_SUSPENDED|access_terminated/i
const MODEL =
  /(?:model|deployment)[_ -]?(?:not[_ -]?found|decommissioned)|model[^.]{0,200}(?:does not exist|has been (?:retired|deprecated|decommissioned|shut ?down)|no longer (?:available|supported)|end of (?:its )?life)/i

/** What a status means, with what the endpoint says beside it, of which the first 2,048 characters count. */
export const findingOfStatus = (status: number, words: string): Finding => {
  if (status < 400) return WELL
  if (status === 429 || status === 503 || status === 529) return OVERLOADED
  if (status >= 500 || status === 408) return FAILED
  const said = words.slice(0, MAX_WORDS)
  // Of a bad request the caller's own words may come back, so that it is believed only when it is said again and again.
  const clear = status !== 400
  if (COUNTRY.test(said)) return refused('country-unsupported', clear)
  if (ACCOUNT.test(said)) return refused('account-disabled', clear)
  switch (status) {
    case 401:
      return refused('key-refused')
    case 402:
      return refused('payment-demanded')
    case 403:
      return refused('permission-refused')
    case 404:
      return MODEL.test(said) ? refused('model-gone', true) : refused('not-found')
    case 410:
      return refused('model-gone', true)
    case 451:
      return refused('legal-reasons', true)
    default:
      return WELL
  }
}

/** What it means that nobody could be reached, by the code of the system, of TLS (OpenSSL's names) or of the client. */
const findingOfCode = (code: string): Finding => {
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return dead('name-dead')
  if (code === 'ECONNREFUSED') return dead('connection-refused')
  // The keys that the owner pinned are not there: no accident of the network looks like that.
  if (code === 'ERR_CERTIFICATE_CHANGED') return dead('certificate-changed', true)
  if (/CERT|SIGNATURE|ISSUER|^ERR_(?:TLS|SSL)|^EPROTO$/.test(code)) return dead('certificate-refused')
  return dead('unreachable')
}

/** What a result that stands in the record says; `said` is the endpoint's text or the wire's code. */
export const findingOf = (result: string, status: number, said: string): Finding => {
  switch (result) {
    case 'answered':
    // Not as it was demanded, which is a matter of the model.
    case 'asked-again':
      return WELL
    case 'caller-gone':
    // Somebody else was faster, or it was not asked after all.
    case 'outpaced':
    case 'unneeded':
    case 'unrecorded':
    case 'cut-off':
    case 'ended-by-cut':
    // Our own limit, not a fault of the endpoint.
    case 'too-large':
    case 'closing':
    case 'call-timed-out':
      return NOTHING
    case 'unreachable':
      return findingOfCode(said)
    case 'cut':
      return status === 0 ? LOST : FAILED
    default:
      return result.startsWith('status-') ? findingOfStatus(status, said) : FAILED
  }
}

const REFUSING: ReadonlySet<number> = new Set([401, 402, 403, 404, 410, 451])

/** Whether the body of such an answer is worth waiting for, because it tells one refusal of service from another. */
export const saysWhy = (status: number): boolean => REFUSING.has(status)

/** Statuses that say that we are not served here, whoever asks: another endpoint may serve. The name and the key are ours, never the caller's. */
export const refusesService = (status: number, words: string): boolean => findingOfStatus(status, words).kind === 'refused'

const OF_ALL: ReadonlySet<number> = new Set([401, 402, 410, 451])

/** Whether no caller can have brought this about by what it asked: nobody is there, or it is our key, our account or the model itself. */
export const concernsAll = ({ kind }: Finding, status: number): boolean => kind === 'dead' || OF_ALL.has(status)
