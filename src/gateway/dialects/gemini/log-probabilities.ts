// `logprobsResult`: the chosen token of each step, and the likeliest ones, in two lists side by side.
import type { JsonObject } from '../../../core/json.ts'
import { type Losses, pointer } from '../losses.ts'
import type { Members } from '../members.ts'
import type { TokenProbability } from '../neutral.ts'

export const decodeLogProbabilities = (candidate: Members): readonly TokenProbability[] | undefined => {
  const result = candidate.members('logprobsResult')
  if (result === undefined) return undefined
  const top = result.each('topCandidates') ?? []
  return (result.each('chosenCandidates') ?? []).map((chosen, index) => ({
    ...alternative(chosen),
    top: (top[index]?.each('candidates') ?? []).map(alternative),
  }))
}

const alternative = (candidate: Members) => ({
  token: candidate.text('token') ?? '',
  logProbability: candidate.number('logProbability') ?? 0,
})

export const encodeLogProbabilities = (tokens: readonly TokenProbability[], choice: number, losses: Losses): JsonObject => {
  if (tokens.some((token) => [token, ...token.top].some(hasOtherBytes)))
    losses.dropped('hint', pointer('choices', choice, 'logProbabilities'), 'the wire says a token as text and not in bytes')
  return {
    chosenCandidates: tokens.map(written),
    topCandidates: tokens.map(({ top }) => ({ candidates: top.map(written) })),
  }
}

/** Whether the bytes are more than the token's own, as those of half a character are. */
const hasOtherBytes = ({ token, bytes }: TokenProbability['top'][number]): boolean =>
  bytes !== undefined && String(bytes) !== String(new TextEncoder().encode(token))

const written = ({ token, logProbability }: { readonly token: string; readonly logProbability: number }): JsonObject => ({
  token,
  logProbability,
})
