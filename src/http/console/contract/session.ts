import { z } from 'zod'
import type { Routes } from './route.ts'

export const role = z.enum(['viewer', 'operator', 'policy-officer', 'approver', 'auditor', 'administrator'])
export const capability = z.enum(['look', 'audit', 'try', 'operate', 'govern', 'approve', 'administer'])

/** Who looks, at which exchange, and what that exchange calls home: all that the frame of every page needs. */
const session = z.object({
  person: z.object({ name: z.string(), role, capabilities: z.array(capability) }),
  /** To be sent back as the header `allod-csrf` with every request that changes something. */
  csrf: z.string(),
  exchange: z.object({
    name: z.string(),
    operator: z.string(),
    /** ISO 3166-1 alpha-2 of the seat. */
    seat: z.string(),
    home: z.array(z.string()),
    alliance: z.array(z.string()),
    currency: z.string(),
    dataClasses: z.array(z.string()),
    purposes: z.array(z.string()),
    /** Whether endpoints are simulated. */
    sandbox: z.boolean(),
  }),
})

/** What the page of the sign-in shows to whoever comes. */
const entrance = z.object({
  exchange: z.object({ name: z.string(), operator: z.string(), seat: z.string(), logKey: z.string() }),
  /** Ways that lead in here. */
  ways: z.object({
    password: z.boolean(),
    /** Where passkeys are good, such as `https://ai.example`; null where they are switched off. */
    passkey: z.string().nullable(),
    /** What people call the provider; null where there is none. */
    openid: z.string().nullable(),
    /** Whether nobody may come in yet, so that the one-time code of the setup makes the first administrator. */
    setup: z.boolean(),
  }),
})

export const PASSWORD = { shortest: 12, longest: 200 } as const
const secret = z.string().max(200)
export const newPassword = z.string().min(PASSWORD.shortest).max(PASSWORD.longest)
/** As a browser gives it (`PublicKeyCredential.toJSON()`, https://www.w3.org/TR/webauthn-3/). */
export const passkeyAnswer = z.looseObject({
  id: z.string().max(2000),
  rawId: z.string().max(2000),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()),
})
/** What `navigator.credentials` takes (`PublicKeyCredential.parseCreationOptionsFromJSON`). */
export const passkeyQuestion = z.looseObject({ challenge: z.string() })

/** A one-time code, and with what its holder will sign in. The code of the setup takes the name of the first administrator too. */
const redeeming = z.strictObject({
  code: secret,
  name: z.string().max(64).optional(),
  password: newPassword.optional(),
  passkey: passkeyAnswer.optional(),
})

export const sessionRoutes = {
  'GET /sign-in': { summary: 'Whose exchange this is, and which ways lead in.', may: 'anyone', answer: entrance },
  'GET /session': { summary: 'Who is signed in, and at which exchange.', may: 'person', answer: session },
  'POST /session': {
    summary: 'Signs in with an administrator’s key, or with a name and its password.',
    may: 'anyone',
    body: z.union([z.strictObject({ key: secret }), z.strictObject({ name: z.string().max(64), password: secret })]),
    answer: session,
  },
  'DELETE /session': { summary: 'Signs out.', may: 'person', answer: z.object({}) },
  'POST /session/passkey/question': {
    summary: 'What a browser asks an authenticator for, to sign in with a passkey.',
    may: 'anyone',
    answer: passkeyQuestion,
  },
  'POST /session/passkey': { summary: 'Signs in with a passkey.', may: 'anyone', body: passkeyAnswer, answer: session },
  'POST /session/code/question': {
    summary: 'What a browser asks an authenticator for, to make a passkey for whoever has a one-time code.',
    may: 'anyone',
    body: z.strictObject({ code: secret, name: z.string().max(64).optional() }),
    answer: passkeyQuestion,
  },
  'POST /session/code': {
    summary: 'Redeems a one-time code: sets a password or a passkey, and signs in.',
    may: 'anyone',
    body: redeeming,
    answer: session,
  },
} as const satisfies Routes
