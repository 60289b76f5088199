import { z } from 'zod'
import { place } from './home.ts'
import { file, type Routes } from './route.ts'

const MOST_MESSAGES = 200
const LONGEST_TEXT = 400_000

const target = z.object({
  endpoint: z.string(),
  model: z.string(),
  simulated: z.boolean(),
  place,
  /** Who decides the place: ISO 3166-1, or null where nobody is known. */
  country: z.string().nullable(),
  reach: z.object({ see: z.array(z.string()), stop: z.array(z.string()), change: z.array(z.string()) }),
})
/** Who asks for what, before any word of it. */
const choice = z.object({
  /** `tenant/application`. */
  application: z.string().max(200),
  alias: z.string().max(200),
  /** One of the alias’s `endpoint/model`; without it the whole plan stands. */
  only: z.string().max(400).optional(),
  dataClass: z.string().max(100),
  purpose: z.string().max(100),
})
const part = z.union([
  z.object({ type: z.literal('text'), text: z.string().max(LONGEST_TEXT) }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string().regex(/^data:image\/(png|jpeg|webp|gif);base64,/) }) }),
])
const message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.union([z.string().max(LONGEST_TEXT), z.array(part).min(1).max(20)]),
})
const verdict = z.enum(['best', 'same', 'none'])
const rated = z.object({ call: z.string().max(60), endpoint: z.string().max(200), model: z.string().max(200) })

export const chatRoutes = {
  'GET /chat': {
    summary: 'What can be tried from the chat page: applications, and aliases with where they may lead.',
    may: 'try',
    answer: z.object({
      applications: z.array(
        z.object({
          name: z.string(),
          dataClassFloor: z.string(),
          purposes: z.array(z.string()),
          jurisdiction: z.string(),
          aliases: z.array(z.string()),
        }),
      ),
      aliases: z.array(z.object({ name: z.string(), targets: z.array(target) })),
    }),
  },
  'POST /chat/plan': {
    summary: 'Where a call would go, in order, and who refuses the others; nothing is sent.',
    may: 'try',
    body: choice,
    answer: z.object({
      steps: z.array(target),
      refused: z.array(target.extend({ reasons: z.array(z.string()), possible: z.array(z.string()) })),
    }),
  },
  'POST /chat/answers': {
    summary:
      'Makes a call in the name of an application, as that application could, and streams what becomes of it, a JSON object to a line: `began`, `text`, `reasoning`, `tool`, then `ended`, `refused` or `broke`.',
    may: 'try',
    body: choice.extend({
      messages: z.array(message).min(1).max(MOST_MESSAGES),
      maxTokens: z.number().int().min(1).max(100_000).optional(),
    }),
    answer: file,
  },
  'GET /chat/ratings': {
    summary: 'How answers were rated, by language and endpoint. The texts, where they were kept, are not among it.',
    may: 'look',
    answer: z.object({
      count: z.number(),
      withTexts: z.number(),
      rows: z.array(
        z.object({ language: z.string(), endpoint: z.string(), model: z.string(), best: z.number(), same: z.number(), worse: z.number() }),
      ),
    }),
  },
  'POST /chat/ratings': {
    summary: 'Says which of two to four answers to the same question was best. Kept at home, by language.',
    may: 'try',
    body: z.object({
      language: z.string().regex(/^[a-z]{2,3}$/, 'must be a language such as `fr`'),
      alias: z.string().max(200),
      blind: z.boolean(),
      answers: z.array(rated).min(2).max(4),
      verdict,
      /** Which of `answers` was best, from 0; only with the verdict `best`. */
      best: z.number().int().min(0).max(3).optional(),
      /** Question and answers in the same order, where whoever rates wants them kept. */
      texts: z.object({ question: z.string().max(LONGEST_TEXT), answers: z.array(z.string().max(LONGEST_TEXT)).min(2).max(4) }).optional(),
    }),
    answer: z.object({ rating: z.number() }),
  },
} as const satisfies Routes

/** One line of `POST /chat/answers`. */
export type ChatLine =
  | {
      readonly kind: 'began'
      readonly call: string
      readonly endpoint: string
      readonly model: string | null
      readonly simulated: boolean
      readonly place: z.output<typeof place>
      readonly country: string | null
      /** `jurisdiction-served`, as the gateway said it. */
      readonly served: string
      /** `allod-warnings`; empty where there is none. */
      readonly warnings: string
    }
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | { readonly kind: 'tool'; readonly index: number; readonly name: string; readonly arguments: string }
  | {
      readonly kind: 'ended'
      readonly finish: string
      readonly input: number | null
      readonly output: number | null
      /** Millionths of the currency, by the price of the endpoint that began; null where nobody counted. */
      readonly cost: number | null
    }
  | { readonly kind: 'refused'; readonly status: number; readonly call: string; readonly message: string }
  | { readonly kind: 'broke'; readonly message: string }
