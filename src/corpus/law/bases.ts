// Why a document may be processed. The owner's words begin with one of these names; what follows a colon is for people.

/** What each basis permits by itself; the rules are the table in spec/corpus-law.md. */
export const BASES = [
  'public-domain',
  'official-work',
  'licence',
  'contract',
  'consent',
  'tdm-art-3',
  'tdm-art-4',
  'gdpr-6-1-b',
  'gdpr-6-1-c',
  'gdpr-6-1-d',
  'gdpr-6-1-e',
  'gdpr-6-1-f',
] as const
export type Basis = (typeof BASES)[number]

/** Other spellings of the same, after signs and cases are levelled. */
const SPELLINGS: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [/^(?:gdpr )?(?:art(?:icle)? )?6 1 ([a-f])\b/, ([, letter]) => (letter === 'a' ? 'consent' : `gdpr-6-1-${letter}`)],
  [/^(?:tdm|dsm|directive eu 2019 790) (?:art(?:icle)? )?([34])\b/, ([, article]) => `tdm-art-${article}`],
  [/^(public domain|official work)s?\b/, ([, name = '']) => name.replace(' ', '-')],
  [/^official (?:text|document)s?\b/, () => 'official-work'],
  [/^(?:licence|license)\b/, () => 'licence'],
  [/^(contract|consent)\b/, ([, name = '']) => name],
]

/** The bases that the owner's words name; several are parted by `;`. Words that name none permit nothing. */
export const readBases = (words: string | null): ReadonlySet<Basis> => {
  const found = new Set<Basis>()
  for (const part of words?.split(';') ?? []) {
    const level = part
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim()
    for (const [pattern, name] of SPELLINGS) {
      const match = pattern.exec(level)
      const basis = match && BASES.find((each) => each === name(match))
      if (basis) {
        found.add(basis)
        break
      }
    }
  }
  return found
}
