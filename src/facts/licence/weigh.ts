import { EVIDENCE, type Evidence } from '../fact.ts'
import type { Finding } from './question.ts'

/** The weaker of two evidence levels. */
export const weaker = (a: Evidence, b: Evidence): Evidence => (EVIDENCE.indexOf(a) < EVIDENCE.indexOf(b) ? a : b)
const atLeast = (evidence: Evidence, least: Evidence): boolean => EVIDENCE.indexOf(evidence) >= EVIDENCE.indexOf(least)

/**
 * INVARIANT(G3): a yes rests on documented rows only, a no on documented or declared ones; everything else is unknown.
 * `on` says which row is the weak one, and `evidence` is the weakest of all the finding rests on.
 */
export const weigh = (finding: Finding, on: string): Finding => {
  if (finding.verdict === 'yes' && !atLeast(finding.evidence, 'documented')) {
    const reason =
      finding.evidence === 'declared' ? `licence declared, text not read (${on})` : `only an unverified row speaks for it (${on})`
    return { ...finding, verdict: 'unknown', reason, remedy: 'a row that quotes the text of the licence or the developer’s own card' }
  }
  if (finding.verdict === 'no' && !atLeast(finding.evidence, 'declared'))
    return {
      ...finding,
      verdict: 'unknown',
      reason: `${finding.reason}; but that is unverified, and a refusal may not rest on it`,
      remedy: 'a row that quotes the text of the licence',
    }
  return finding
}
