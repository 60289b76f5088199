import { gigachatErrors } from './simulator/errors.ts'
import { gigachatService } from './simulator/gigachat.ts'
import type { Vendor } from './simulator/vendor.ts'

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** Speaks as nobody else does, to who has exchanged the key for a token of half an hour. */
export const gigachat: Vendor = {
  name: 'gigachat',
  title: 'GigaChat (Sber)',
  builtFrom: [
    { address: 'https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat', asOf: '2026-02-05' },
    { address: 'https://developers.sber.ru/docs/ru/gigachat/api/authorization', asOf: '2026-02-05' },
    { address: 'https://developers.sber.ru/docs/ru/gigachat/api/errors-description', asOf: '2026-11-22' },
  ],
  errors: gigachatErrors,
  gates: [
    {
      kind: 'token',
      header: 'authorization',
      prefix: 'Bearer ',
      exchange: {
        path: '/api/v2/oauth',
        lifetimeMillis: 1_800_000,
        refuse: ({ headers, text }, key) => {
          const refusal = (status: number, code: number, message: string) => ({
            status,
            kind: 'authentication' as const,
            message,
            body: { code, message },
          })
          if (!UUID4.test(headers.rquid ?? '')) return refusal(400, 4, 'RqUID is not valid')
          if (headers.authorization !== `Basic ${key}`) return refusal(401, 6, "credentials doesn't match db data")
          const scope = new URLSearchParams(text).get('scope') ?? ''
          if (scope === '') return refusal(400, 5, 'scope is empty')
          return /^GIGACHAT_API_(PERS|B2B|CORP)$/.test(scope) ? undefined : refusal(400, 1, 'scope data format invalid')
        },
        answer: (token, now) => ({ access_token: token, expires_at: now + 1_800_000 }),
      },
    },
  ],
  key: Buffer.from('simulated:key').toString('base64'),
  model: 'GigaChat-2-Max',
  services: [gigachatService('/api/v1')],
}
