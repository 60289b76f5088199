// What a language pays: tokens a word, and bytes a token, measured on texts that the tokenizer did not learn from.
import { z } from 'zod'
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import { measuredRates, type TokenRates } from '../coverage/tokens.ts'
import { type CorpusFailure, unusable } from '../failure.ts'
import type { Encoder } from './encode.ts'

export const TOKENIZER_FORMAT = 'allod/tokenizer@v1'

const count = z.int().nonnegative()
const row = z.strictObject({
  language: z.string(),
  documents: count,
  bytes: count,
  tokens: count,
  /** Runs of letters, marks and digits; null for languages written without spaces. */
  words: count.nullable(),
  /** What a thousand words cost; null where there are no words. */
  tokensPerThousandWords: z.number().nullable(),
  bytesPerToken: z.number(),
  /** Tokens for a thousand words against the language that pays least; 1 is the least. */
  cost: z.number().nullable(),
})
export type Fertility = z.output<typeof row>

export const tokenizerReport = z.strictObject({
  format: z.literal(TOKENIZER_FORMAT),
  name: z.string(),
  dataSet: z.string(),
  vocabulary: count,
  /** Fewer than were asked for where the texts have no more pairs. */
  merges: count,
  special: z.array(z.string()),
  digits: z.string(),
  /** Power to which the shares of languages were raised. */
  balance: z.number(),
  /** Documents that it learnt from, and those that it was measured on; the same where there are too few. */
  learntFrom: count,
  heldOut: z.boolean(),
  languages: z.array(row),
})
export type TokenizerReport = z.output<typeof tokenizerReport>

const WITHOUT_SPACES: ReadonlySet<string> = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my', 'bo', 'dz'])
const WORD = /[\p{L}\p{M}\p{N}]+/gu

/** Adds up texts by language. */
export class Measuring {
  private readonly encoder: Encoder
  private readonly languages = new Map<string, { documents: number; bytes: number; tokens: number; words: number }>()

  constructor(encoder: Encoder) {
    this.encoder = encoder
  }

  add(language: string, text: Uint8Array): void {
    const known = this.languages.get(language) ?? { documents: 0, bytes: 0, tokens: 0, words: 0 }
    const written = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8')
    known.documents++
    known.bytes += text.length
    known.tokens += this.encoder.count(written)
    known.words += written.match(WORD)?.length ?? 0
    this.languages.set(language, known)
  }

  /** The language that pays least first; those without words last. */
  rows(): readonly Fertility[] {
    const perWord = new Map(
      [...this.languages].map(([language, { tokens, words }]) => [language, hasWords(language) && words > 0 ? tokens / words : null]),
    )
    const least = Math.min(...[...perWord.values()].flatMap((each) => each ?? []))
    return [...this.languages]
      .map(([language, { documents, bytes, tokens, words }]): Fertility => {
        const each = perWord.get(language) ?? null
        return {
          language,
          documents,
          bytes,
          tokens,
          words: each === null ? null : words,
          tokensPerThousandWords: each === null ? null : rounded(1000 * each),
          bytesPerToken: rounded(bytes / tokens),
          cost: each === null ? null : rounded(each / least),
        }
      })
      .sort((a, b) => (a.cost ?? Number.MAX_VALUE) - (b.cost ?? Number.MAX_VALUE) || (a.language < b.language ? -1 : 1))
  }
}

const hasWords = (language: string): boolean => !WITHOUT_SPACES.has(language.split('-')[0] ?? '')
const rounded = (value: number): number => Number(value.toFixed(3))

/** `path` is for the sentence that says what is wrong. */
export const parseTokenizerReport = (text: string, path: string): Result<TokenizerReport, CorpusFailure> => {
  const value = parseJson(text, { maxLength: 1 << 24, maxDepth: 8 })
  const parsed = tokenizerReport.safeParse(value.ok ? value.value : undefined)
  return parsed.success ? ok(parsed.data) : unusable(`\`${path}\` is no report of a tokenizer that \`allod corpus tokenizer\` wrote`)
}

/** Bytes a token as they were measured, for coverage. */
export const ratesOf = ({ name, languages }: TokenizerReport): TokenRates => {
  const [bytes, tokens] = [languages.reduce((sum, each) => sum + each.bytes, 0), languages.reduce((sum, each) => sum + each.tokens, 0)]
  return measuredRates(
    name,
    new Map(languages.map(({ language, bytesPerToken }) => [language, bytesPerToken])),
    tokens === 0 ? 4 : bytes / tokens,
  )
}
