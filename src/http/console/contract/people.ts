import { z } from 'zod'
import { waiting } from './proposals.ts'
import type { Routes } from './route.ts'
import { newPassword, passkeyAnswer, passkeyQuestion, role } from './session.ts'

/** Somebody who may sign in, or could. Moments are ISO 8601. */
const person = z.object({
  name: z.string(),
  role,
  created: z.string(),
  /** When they last signed in or did something; null: never. */
  seen: z.string().nullable(),
  /** The first characters of their key; null where they have none. */
  key: z.string().nullable(),
  password: z.boolean(),
  passkeys: z.number(),
  /** Whether a provider vouches for them, and says their role. */
  openid: z.boolean(),
  /** Browsers in which they are signed in. */
  sessions: z.number(),
  /** Until when their one-time code can be redeemed; null where there is none. */
  invited: z.string().nullable(),
})

/** A code that is shown once, and with which somebody comes in once. */
const invitation = z.object({ name: z.string(), role, code: z.string(), expires: z.string() })

const account = z.object({
  name: z.string(),
  role,
  key: z.string().nullable(),
  password: z.boolean(),
  openid: z.boolean(),
  passkeys: z.array(z.object({ id: z.string(), created: z.string(), used: z.string().nullable() })),
  sessions: z.number(),
})

const named = z.string().max(64)
export const peopleRoutes = {
  'GET /people': {
    summary: 'Who may sign in, with their role, how they do, and when they last did.',
    may: 'audit',
    answer: z.array(person),
  },
  'POST /people': {
    summary: 'Invites somebody: a code that they redeem once, within a day.',
    may: 'administer',
    body: z.strictObject({ name: named, role }),
    answer: z.union([waiting, invitation]),
  },
  'POST /people/{name}/invitation': {
    summary: 'A new code for somebody who cannot sign in any more.',
    may: 'administer',
    answer: z.union([waiting, invitation]),
  },
  'PUT /people/{name}/role': {
    summary: 'Gives somebody another role, and ends their sessions.',
    may: 'administer',
    body: z.strictObject({ role }),
    answer: z.union([waiting, z.object({ name: z.string(), role })]),
  },
  'DELETE /people/{name}': {
    summary: 'Removes somebody: their sessions, key, password and passkeys end at once.',
    may: 'administer',
    answer: z.union([waiting, z.object({ removed: z.string() })]),
  },
  'GET /account': { summary: 'How whoever asks signs in.', may: 'person', answer: account },
  'PUT /account/password': {
    summary: 'Sets one’s own password; whoever has one gives it too.',
    may: 'person',
    body: z.strictObject({ current: z.string().max(200).optional(), password: newPassword }),
    answer: z.object({}),
  },
  'POST /account/passkeys/question': {
    summary: 'What a browser asks an authenticator for, to make one more passkey.',
    may: 'person',
    answer: passkeyQuestion,
  },
  'POST /account/passkeys': { summary: 'Adds a passkey of one’s own.', may: 'person', body: passkeyAnswer, answer: z.object({}) },
  'DELETE /account/passkeys/{id}': { summary: 'Removes a passkey of one’s own.', may: 'person', answer: z.object({}) },
  'DELETE /account/sessions': { summary: 'Signs out in every browser, this one too.', may: 'person', answer: z.object({}) },
} as const satisfies Routes
