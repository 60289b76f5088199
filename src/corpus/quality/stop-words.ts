// Words that the texts of a language are full of, by counting: a text without two of them is no prose of that language.

/** As FineWeb2: a word is a stop word where at least so many of all words are it; some of each language, and not too many. */
const SHARE = 0.008
const FEWEST = 8
const MOST = 20
/** In scripts without spaces one character counts as a word, as it does in the kernel. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}]+/gu

/** The stop words of texts in one language, most frequent first, equal ones by their code units; lower case, NFC. */
export const stopWordsOf = (texts: readonly Uint8Array[]): readonly string[] => {
  const counts = new Map<string, number>()
  let total = 0
  const decoder = new TextDecoder()
  for (const text of texts) {
    for (const [word] of decoder.decode(text).normalize('NFC').toLowerCase().matchAll(WORD)) {
      counts.set(word, (counts.get(word) ?? 0) + 1)
      total++
    }
  }
  const ranked = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, MOST)
  return ranked.filter(([, times], rank) => rank < FEWEST || times >= SHARE * total).map(([word]) => word)
}
