// How many tokens a text has: by the corpus's own tokenizer where there is one, else by an approximation that says that it is one.

/** Bytes of UTF-8 for one token of a language. */
export type TokenRates = {
  readonly source: 'approximation' | 'tokenizer'
  /** What a reader must know to judge the figure, in one sentence. */
  readonly says: string
  readonly bytesPerToken: (language: string) => number
}

/**
 * Bytes a token by script, for vocabularies of about 100,000 pieces that know the language: four letters of one byte, three of two, two and a
 * half of three; a Han character is nearly a token by itself. Good for a comparison of languages within a third; a tokenizer of one's own is exact.
 */
const BY_SCRIPT: Readonly<Record<string, number>> = {
  Latn: 4,
  Cyrl: 6,
  Grek: 6,
  Arab: 6,
  Hebr: 6,
  Armn: 6,
  Geor: 7.5,
  Hans: 3.5,
  Hant: 3.5,
  Jpan: 3.5,
  Kore: 4,
}
const OTHER_SCRIPT = 7.5
const UNKNOWN_LANGUAGE = 4

export const APPROXIMATION: TokenRates = {
  source: 'approximation',
  says: 'approximated from bytes by script (4 a token in Latin script, 6 in Cyrillic, Greek, Arabic and Hebrew, 3.5 in Chinese and Japanese, 4 in Korean, 7.5 in others)',
  bytesPerToken: (language) => BY_SCRIPT[scriptOf(language) ?? ''] ?? (scriptOf(language) === undefined ? UNKNOWN_LANGUAGE : OTHER_SCRIPT),
}

/** As a tokenizer measured; a language that it did not measure is taken as all of them together. */
export const measuredRates = (name: string, byLanguage: ReadonlyMap<string, number>, all: number): TokenRates => ({
  source: 'tokenizer',
  says: `counted at the rates that the tokenizer \`${name}\` measured for ${byLanguage.size} languages`,
  bytesPerToken: (language) => byLanguage.get(language) ?? all,
})

const scripts = new Map<string, string | undefined>()
/** ISO 15924, by the likely subtags of CLDR; undefined for what is no language. */
const scriptOf = (language: string): string | undefined => {
  if (scripts.has(language)) return scripts.get(language)
  const script = language === 'und' ? undefined : likelyScript(language)
  scripts.set(language, script)
  return script
}
const likelyScript = (language: string): string | undefined => {
  try {
    return new Intl.Locale(language).maximize().script
  } catch {
    return undefined
  }
}
