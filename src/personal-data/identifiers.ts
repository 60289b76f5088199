// Numbers in a run that are somebody's: of a form that is known, with check digits that hold, and as much beside them as the check digits leave open.
import { type Context, type Words, wordsOf } from './context.ts'
import type { IdentifierRule } from './identifier-rule.ts'
import { EUROPEAN } from './identifiers-europe.ts'
import { CARD, WORLD } from './identifiers-world.ts'
import type { Run, Token } from './numbers.ts'

export const IDENTIFIER_RULES: readonly IdentifierRule[] = [CARD, ...EUROPEAN, ...WORLD]

export type Identified = { readonly class: string; readonly start: number; readonly end: number; readonly bits: number }
type Candidate = { readonly rule: IdentifierRule; readonly words: Words; readonly bits: number; readonly spaced: boolean }

const LONGEST_FORM = 26
const MOST_TOKENS = 8
/** As much by itself needs no word beside it; anything else without one is left alone. Checks that cost are made of few. */
const ENOUGH = 6
const ENOUGH_TO_PAY = 11
/** A number among others, as in a table, is less likely to be what one alone would be. */
const AMONG_NUMBERS = 3

/** What a way of writing weighs by itself: signs that hardly anything else has, or letters among digits. */
export const bitsOfForm = (form: string): number => {
  const signs = new Set(form.replace(/[9A ]/g, ''))
  const letters = (form.match(/A/g) ?? []).length
  if (signs.size > 1 || /^9999(?:[ .-]9999){3}$/.test(form)) return 6
  if (signs.size === 1) return (form.match(/[^9A ]/g) ?? []).length > 1 ? 4 : 2
  if (letters > 3) return 6
  if (letters > 0) return 3
  return form.split(' ').length > 2 ? 4 : form.length === 16 || form.length === 15 ? 6 : form.includes(' ') ? 2 : 0
}

/** The identifiers of some classes, found by how a number is written. Immutable. */
export class Identifiers {
  readonly classes: readonly string[]
  private readonly byForm: ReadonlyMap<string, readonly Candidate[]>

  constructor(rules: readonly IdentifierRule[]) {
    this.classes = rules.map((rule) => rule.class)
    const byForm = new Map<string, Candidate[]>()
    for (const rule of rules) {
      const words = wordsOf(rule.words)
      for (const form of new Set(rule.forms)) {
        const candidate = { rule, words, bits: -Math.log2(rule.luck) + bitsOfForm(form), spaced: form.includes(' ') }
        byForm.set(form, [...(byForm.get(form) ?? []), candidate])
      }
    }
    this.byForm = byForm
  }

  /** Every identifier in a run; several of one place where several are possible. `contextOf` is asked where check digits hold. */
  in({ tokens }: Run, contextOf: (start: number, end: number) => Context): readonly Identified[] {
    const found: Identified[] = []
    for (let first = 0; first < tokens.length; first++) {
      if (isJoined(tokens[first])) continue
      let form = ''
      for (let last = first; last < tokens.length && last < first + MOST_TOKENS; last++) {
        const token = tokens[last] as Token
        form += last === first ? token.shape : token.before + token.shape
        if (form.length > LONGEST_FORM) break
        const candidates = this.byForm.get(form)
        if (candidates !== undefined && !isJoined(tokens[last + 1])) identify(tokens, first, last, candidates, contextOf, found)
      }
    }
    return found
  }
}

/** Whether a sign, not a space, ties a token to the one before. */
const isJoined = (token: Token | undefined): boolean =>
  token !== undefined && token.before !== '' && token.before !== ' ' && !/[() ]/.test(token.before)

const identify = (
  tokens: readonly Token[],
  first: number,
  last: number,
  candidates: readonly Candidate[],
  contextOf: (start: number, end: number) => Context,
  found: Identified[],
): void => {
  let value = ''
  for (let at = first; at <= last; at++) value += tokens[at]?.text ?? ''
  const compact = value.toUpperCase()
  const [start, end] = [tokens[first]?.start ?? 0, tokens[last]?.end ?? 0]
  let context: Context | undefined
  for (const { rule, words, bits, spaced } of candidates) {
    const isSure = bits >= (rule.isCostly === true ? ENOUGH_TO_PAY : ENOUGH)
    if ((isSure || rule.isCostly !== true) && !rule.check(compact)) continue
    context ??= contextOf(start, end)
    const beside = context.bits(words)
    if (!isSure && (beside === 0 || (rule.isCostly === true && !rule.check(compact)))) continue
    const among = spaced && (isNumber(tokens[first - 1]) || isNumber(tokens[last + 1])) ? AMONG_NUMBERS : 0
    found.push({ class: rule.class, start, end, bits: bits + beside - among })
  }
}
const isNumber = (token: Token | undefined): boolean => token !== undefined && /^\d+$/.test(token.text)

/** The identifiers whose class is wanted. */
export const identifiersOf = (isWanted: (name: string) => boolean): Identifiers =>
  new Identifiers(IDENTIFIER_RULES.filter((rule) => isWanted(rule.class)))
