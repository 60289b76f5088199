// `thoughtSignature`, which Gemini may put on any part and wants back on the part it came with.
// https://ai.google.dev/gemini-api/docs/thought-signatures
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { base64ToText, textToBase64 } from '../base64.ts'
import type { Losses } from '../losses.ts'
import type { DialectName, Opaque } from '../neutral.ts'

/** On a thought or a function call, whose neutral parts hold it themselves. */
export const OWN = 'thoughtSignature'
/** On an answer's text: a reasoning part without text stands before the text, or alone for a part that was nothing but a signature. */
export const ON_TEXT = 'text.thoughtSignature'

export const sealOf = (signature: string, field: typeof OWN | typeof ON_TEXT): Opaque => ({ owner: 'gemini', field, data: signature })

/** What Google documents for history that another model wrote: Gemini 3 refuses a call of the current turn without a signature. */
export const SKIP_VALIDATION = 'skip_thought_signature_validator'

/**
 * Another owner's seal as a signature, for a caller who hands back what it got and so lets the seal return to its owner. The form is
 * base64, as the SDKs of typed languages decode it. Never sent to Gemini.
 */
export const wrapped = (opaque: Opaque): string => textToBase64(JSON.stringify({ allod: opaque }))

/** The seal that `wrapped` made a signature of; undefined for a signature of Gemini's own. */
export const unwrapped = (signature: string): Opaque | undefined => {
  if (!signature.startsWith(WRAPPED)) return undefined
  const parsed = parseJson(base64ToText(signature.replaceAll('-', '+').replaceAll('_', '/')) ?? '', { maxLength: 1 << 24, maxDepth: 4 })
  const opaque = parsed.ok && isJsonObject(parsed.value) ? parsed.value.allod : undefined
  if (!isJsonObject(opaque)) return undefined
  const { owner, field, data, id } = opaque
  if (typeof owner !== 'string' || typeof field !== 'string' || typeof data !== 'string') return undefined
  return { owner: owner as DialectName, field, data, ...(typeof id === 'string' && { id }) }
}

/** The signature for a part with this seal. To an endpoint only Gemini's own goes; a caller gets another's wrapped. */
export const signatureOf = (opaque: Opaque | undefined, to: 'endpoint' | 'caller', path: string, losses: Losses): string | undefined => {
  if (opaque === undefined) return undefined
  if (opaque.owner === 'gemini' && (opaque.field === OWN || opaque.field === ON_TEXT) && opaque.id === undefined) return opaque.data
  if (to === 'caller') return wrapped(opaque)
  losses.dropped('hint', path, `what only \`${opaque.owner}\` can read is not sent to Gemini`)
  return undefined
}

/** How the base64 of `{"allod":` begins. */
const WRAPPED = 'eyJhbGxvZCI6'
