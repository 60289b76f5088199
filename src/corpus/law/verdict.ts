/** What can be said of a use. INVARIANT(G3): `unknown` never permits. */
export const VERDICTS = ['no', 'unknown', 'yes'] as const
export type Verdict = (typeof VERDICTS)[number]

const rank = (verdict: Verdict): number => VERDICTS.indexOf(verdict)
/** All must permit: the least of them. */
export const meet = (verdicts: readonly Verdict[]): Verdict => VERDICTS[Math.min(rank('yes'), ...verdicts.map(rank))] ?? 'no'
/** One that permits is enough: the greatest of them; nobody is `no`. */
export const join = (verdicts: readonly Verdict[]): Verdict => VERDICTS[Math.max(rank('no'), ...verdicts.map(rank))] ?? 'no'
