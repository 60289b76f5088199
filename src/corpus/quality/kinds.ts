// Languages that a corpus has, but only as scripture, or only as an encyclopaedia: many a small language of web corpora is a translated
// Bible and nothing else (FineWeb2 publishes `bible_ratio` and `wiki_ratio` for this), and a model learns no everyday language from it.

export const KINDS = ['scripture', 'encyclopaedia'] as const
export type Kind = (typeof KINDS)[number]

/** What the domain that was declared, or else the name of the source, must hold. */
const SIGNS: Readonly<Record<Kind, RegExp>> = {
  scripture: /scripture|bible|biblical|testament|quran|koran|torah|gospel|jw\.org|liturg|religio/i,
  encyclopaedia: /wiki|encyclop/i,
}
/** Undefined for all other kinds. */
export const kindOf = (domain: string | null, source: string): Kind | undefined =>
  KINDS.find((kind) => SIGNS[kind].test(domain ?? '') || SIGNS[kind].test(source))

/** From this share of a language's bytes on it is present only as that kind. */
const ONLY = 0.95
export type OfOneKind = { readonly language: string; readonly kind: Kind; readonly share: number; readonly bytes: number }

/** Counts texts by language and kind, and tells the languages that are of one kind alone. */
export class Kinds {
  private readonly bytes = new Map<string, Map<Kind | undefined, number>>()

  add(language: string, kind: Kind | undefined, bytes: number): void {
    const known = this.bytes.get(language) ?? new Map<Kind | undefined, number>()
    known.set(kind, (known.get(kind) ?? 0) + bytes)
    this.bytes.set(language, known)
  }

  /** By the language's code. */
  flags(): readonly OfOneKind[] {
    const flags = [...this.bytes].flatMap(([language, kinds]) => {
      const bytes = [...kinds.values()].reduce((sum, each) => sum + each, 0)
      return KINDS.flatMap((kind): OfOneKind[] => {
        const share = (kinds.get(kind) ?? 0) / Math.max(1, bytes)
        return share >= ONLY ? [{ language, kind, share, bytes }] : []
      })
    })
    return flags.sort((one, other) => (one.language < other.language ? -1 : 1))
  }
}
