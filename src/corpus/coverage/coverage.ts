// What a corpus has, what it should have, and what is missing.
import { type Confusion, type Estimate, unfold } from './confusion.ts'
import { DIMENSIONS, type Dimension, type Labels, type Target } from './target.ts'
import type { TokenRates } from './tokens.ts'

/** How much there is of something. */
export type Amount = { readonly documents: number; readonly bytes: number; readonly tokens: number }
export type Row = Amount & {
  /** Null: nobody said. */
  readonly name: string | null
  readonly estimate: Estimate
  /** Tokens wanted; null where the target does not speak of it. */
  readonly wanted: number | null
}
export type Deficit = {
  readonly cell: Partial<Record<Dimension, string>>
  readonly wanted: number
  readonly have: number
  readonly missing: number
  /** Whether it may be none, or surely is one, as far as the identifier of languages is to be trusted. */
  readonly sure: boolean
}
export type Coverage = {
  readonly tokensFrom: { readonly source: TokenRates['source']; readonly says: string }
  readonly whole: Amount
  readonly dimensions: Readonly<Record<Dimension, readonly Row[]>>
  /** The largest first. */
  readonly deficits: readonly Deficit[]
  /** Whether ranges come from a test of the identifier. */
  readonly tested: boolean
}

type Counted = { documents: number; bytes: number; tokens: number }
const NOTHING = (): Counted => ({ documents: 0, bytes: 0, tokens: 0 })

/** Counts texts one by one; holds one number for each combination of labels that occurs. */
export class Counting {
  private readonly cells = new Map<string, { readonly labels: Labels; readonly counted: Counted }>()
  private readonly rates: TokenRates

  constructor(rates: TokenRates) {
    this.rates = rates
  }

  add(labels: Labels, bytes: number): void {
    const key = DIMENSIONS.map((each) => labels[each] ?? '\0').join('\n')
    let cell = this.cells.get(key)
    if (cell === undefined) {
      cell = { labels, counted: NOTHING() }
      this.cells.set(key, cell)
    }
    cell.counted.documents++
    cell.counted.bytes += bytes
  }

  /** What there is against what is wanted. `confusion`: of the identifier that named the languages, where it was tested. */
  report(target: Target, confusion?: Confusion): Coverage {
    // In one order, for sums of fractions depend on it.
    const inOrder = [...this.cells].sort(([a], [b]) => (a < b ? -1 : 1))
    const cells = inOrder.map(
      ([
        ,
        {
          labels,
          counted: { documents, bytes },
        },
      ]) => ({
        labels,
        counted: { documents, bytes, tokens: bytes / this.rates.bytesPerToken(labels.language ?? 'und') },
      }),
    )
    const whole = rounded(cells.reduce((sum, { counted }) => plus(sum, counted), NOTHING()))
    const total = target.tokens ?? whole.tokens
    const found = amountsOf(cells, 'language')
    const languages = confusion && unfold(new Map([...found].map(([name, { tokens }]) => [name ?? 'und', tokens])), confusion)
    const rowsOf = (dimension: Dimension): readonly Row[] => {
      const amounts = dimension === 'language' ? found : amountsOf(cells, dimension)
      return rows(amounts, target[dimension], total, dimension === 'language' ? languages : undefined)
    }
    const dimensions = Object.fromEntries(DIMENSIONS.map((each) => [each, rowsOf(each)])) as unknown as Coverage['dimensions']
    return {
      tokensFrom: { source: this.rates.source, says: this.rates.says },
      whole,
      dimensions,
      deficits: deficitsOf(dimensions, target, cells, languages),
      tested: confusion !== undefined,
    }
  }
}

type Cell = { readonly labels: Labels; readonly counted: Amount }

const plus = (sum: Counted, more: Amount): Counted => ({
  documents: sum.documents + more.documents,
  bytes: sum.bytes + more.bytes,
  tokens: sum.tokens + more.tokens,
})
const rounded = (amount: Amount): Amount => ({ ...amount, tokens: Math.round(amount.tokens) })

const amountsOf = (cells: readonly Cell[], dimension: Dimension): ReadonlyMap<string | null, Counted> => {
  const amounts = new Map<string | null, Counted>()
  for (const { labels, counted } of cells) amounts.set(labels[dimension], plus(amounts.get(labels[dimension]) ?? NOTHING(), counted))
  return amounts
}

const rows = (
  amounts: ReadonlyMap<string | null, Counted>,
  wanted: Readonly<Record<string, number>> | undefined,
  total: number,
  estimates: ReadonlyMap<string, Estimate> | undefined,
): readonly Row[] => {
  const names = new Set([...amounts.keys(), ...Object.keys(wanted ?? {})])
  return [...names]
    .map((name): Row => {
      const amount = rounded(amounts.get(name) ?? NOTHING())
      const share = name === null ? undefined : wanted?.[name]
      const { value, low, high } = estimates?.get(name ?? 'und') ?? { value: amount.tokens, low: amount.tokens, high: amount.tokens }
      const estimate = { value: Math.round(value), low: Math.round(low), high: Math.round(high) }
      return { name, ...amount, estimate, wanted: share === undefined ? null : Math.round(share * total) }
    })
    .sort((a, b) => b.tokens - a.tokens || ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
}

const deficitsOf = (
  dimensions: Coverage['dimensions'],
  target: Target,
  cells: readonly Cell[],
  languages: ReadonlyMap<string, Estimate> | undefined,
): readonly Deficit[] => {
  const simple = DIMENSIONS.flatMap((dimension) =>
    dimensions[dimension].flatMap(({ name, estimate, wanted }) =>
      name === null || wanted === null ? [] : [deficit({ [dimension]: name }, wanted, estimate)],
    ),
  )
  const joint = target.cells.map(({ tokens, ...labels }) => {
    const named = Object.fromEntries(Object.entries(labels).filter(([, name]) => name !== undefined)) as Deficit['cell']
    const parts = cells.filter(({ labels: each }) =>
      DIMENSIONS.every((dimension) => named[dimension] === undefined || named[dimension] === each[dimension]),
    )
    const have = parts.reduce((sum, { counted }) => sum + counted.tokens, 0)
    return deficit(named, tokens, spread(have, named.language, languages, dimensions))
  })
  return [...simple, ...joint]
    .filter(({ missing }) => missing > 0)
    .sort((a, b) => b.missing - a.missing || (cellKey(a) < cellKey(b) ? -1 : 1))
}

const cellKey = ({ cell }: Deficit): string => DIMENSIONS.map((each) => cell[each] ?? '').join('\n')

/** A part of a language is taken to be as uncertain as the language. */
const spread = (
  have: number,
  language: string | undefined,
  languages: ReadonlyMap<string, Estimate> | undefined,
  dimensions: Coverage['dimensions'],
): Estimate => {
  const estimate = language === undefined ? undefined : languages?.get(language)
  const found = dimensions.language.find(({ name }) => name === language)?.tokens ?? 0
  if (estimate === undefined || found === 0) return { value: have, low: have, high: have }
  const scaled = (value: number): number => (have * value) / found
  return { value: scaled(estimate.value), low: scaled(estimate.low), high: scaled(estimate.high) }
}

const deficit = (cell: Deficit['cell'], wanted: number, { value, high }: Estimate): Deficit => ({
  cell,
  wanted,
  have: Math.round(value),
  missing: Math.max(0, wanted - Math.round(value)),
  sure: high < wanted,
})

const NAMES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' })
export const languageName = (code: string): string => {
  try {
    return code === 'und' ? 'no language known' : (NAMES.of(code) ?? code)
  } catch {
    return code
  }
}

/** `12 M tokens of Irish health text`. */
export const deficitText = ({ cell, missing }: Deficit): string => {
  const words = [cell.language && languageName(cell.language), cell.domain, cell.register].filter((each) => each)
  const where = cell.region ? ` from ${cell.region}` : ''
  const when = cell.period ? ` of ${cell.period}` : ''
  return `${amountText(missing)} tokens of ${[...words, 'text'].join(' ')}${where}${when}`
}

/** `1.2 M`, `830`: three figures at most, with the unit. */
export const amountText = (value: number): string => {
  for (const [unit, name] of UNITS) if (value >= unit) return `${Number((value / unit).toPrecision(3))} ${name}`
  return String(value)
}
const UNITS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const
