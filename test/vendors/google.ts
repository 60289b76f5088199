import { googleErrors } from './simulator/errors.ts'
import { geminiService } from './simulator/gemini.ts'
import type { Vendor } from './simulator/vendor.ts'

export const VERTEX_PROJECT = 'simulated-project'
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export const googleGemini: Vendor = {
  name: 'google-gemini',
  title: 'Google Gemini API',
  builtFrom: [{ address: 'https://ai.google.dev/api/generate-content', asOf: '2026-11-22' }],
  errors: googleErrors,
  gates: [{ kind: 'key', header: 'x-goog-api-key' }],
  model: 'gemini-3-flash-preview',
  services: [geminiService({ base: '/v1beta', models: ['gemini-3-flash-preview', 'gemini-2.5-flash'], idPrefix: 'g' })],
}

/** The place stands in the path; the key signs a statement that is exchanged for a token (RFC 7523; the signature is not checked). */
export const googleVertex: Vendor = {
  name: 'google-vertex',
  title: 'Google Vertex AI',
  builtFrom: [
    { address: 'https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/data-residency', asOf: '2026-11-22' },
    { address: 'https://developers.google.com/identity/protocols/oauth2/service-account', asOf: '2026-11-22' },
  ],
  errors: googleErrors,
  gates: [
    {
      kind: 'token',
      header: 'authorization',
      prefix: 'Bearer ',
      exchange: {
        path: '/token',
        lifetimeMillis: 3_600_000,
        refuse: ({ text }) => {
          const form = new URLSearchParams(text)
          const message =
            form.get('grant_type') !== GRANT
              ? 'Invalid grant_type'
              : (form.get('assertion') ?? '').split('.').length !== 3
                ? 'Invalid JWT'
                : undefined
          return message === undefined
            ? undefined
            : { status: 400, kind: 'authentication', message, body: { error: 'invalid_grant', error_description: message } }
        },
        answer: (token) => ({ access_token: token, expires_in: 3599, token_type: 'Bearer' }),
      },
    },
  ],
  model: 'gemini-2.5-flash',
  parameters: { project: VERTEX_PROJECT },
  services: ['global', 'europe-west4'].map((location) =>
    geminiService({
      base: `/v1/projects/${VERTEX_PROJECT}/locations/${location}/publishers/google`,
      models: ['gemini-2.5-flash'],
      idPrefix: 'v',
    }),
  ),
}
