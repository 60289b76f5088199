// What languages a corpus really has, given how often its identifier takes one for another.

/** Of texts whose language is known: `counts[i][j]` of language `i` were identified as `j`. */
export type Confusion = { readonly languages: readonly string[]; readonly counts: readonly (readonly number[])[] }

/** An amount, and the range in which it lies with 95 % confidence as far as the identifier's test tells. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number }

const ROUNDS = 200
const CONFIDENCE = 1.96
/** Added to successes and failures, so that no error in few tests is not taken for none (Agresti and Coull, 1998). */
const PSEUDO = 2

/**
 * Unfolds amounts by identified language into amounts by true language: expectation and maximisation over the rates of the matrix
 * (D'Agostini, "A multidimensional unfolding method based on Bayes' theorem", 1995). What the test never saw stays as it was identified.
 */
export const unfold = (found: ReadonlyMap<string, number>, confusion: Confusion): ReadonlyMap<string, Estimate> => {
  const { languages, counts } = confusion
  const observed = languages.map((language) => found.get(language) ?? 0)
  const rates = counts.map((row, i) => {
    const tests = row.reduce((sum, each) => sum + each, 0)
    return languages.map((_, j) => (tests === 0 ? Number(i === j) : (row[j] ?? 0) / tests))
  })
  let truth: readonly number[] = observed
  for (let round = 0; round < ROUNDS; round++) {
    const shares = sharesOf(truth, rates)
    truth = shares.map((row) => row.reduce((sum, share, j) => sum + share * (observed[j] ?? 0), 0))
  }
  const estimates = new Map<string, Estimate>()
  for (const [language, value] of found) if (!languages.includes(language)) estimates.set(language, { value, low: value, high: value })
  const shares = sharesOf(truth, rates)
  const tests = languages.map((_, j) => counts.reduce((sum, row) => sum + (row[j] ?? 0), 0))
  languages.forEach((language, i) => {
    const value = truth[i] ?? 0
    if (value === 0 && !found.has(language)) return
    const spread = observed.reduce((sum, amount, j) => {
      const seen = i === j || (counts[i]?.[j] ?? 0) > 0
      return seen ? sum + amount * amount * variance(shares[i]?.[j] ?? 0, tests[j] ?? 0) : sum
    }, 0)
    const reach = CONFIDENCE * Math.sqrt(spread)
    estimates.set(language, { value, low: Math.max(0, value - reach), high: value + reach })
  })
  return estimates
}

/** How much of what was identified as `j` is of language `i`, given how much there is of each. */
const sharesOf = (truth: readonly number[], rates: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const all = truth.map((_, j) => truth.reduce((sum, amount, k) => sum + amount * (rates[k]?.[j] ?? 0), 0))
  return truth.map((amount, i) => all.map((sum, j) => (sum === 0 ? Number(i === j) : (amount * (rates[i]?.[j] ?? 0)) / sum)))
}

/** Of a share that was measured on so many texts. */
const variance = (share: number, tests: number): number => {
  const level = (share * tests + PSEUDO) / (tests + 2 * PSEUDO)
  return (level * (1 - level)) / (tests + 2 * PSEUDO)
}
