// Names of persons need a language model to be found well, and none ships with this library: whoever has one hands in a recogniser. The one
// below finds only names behind a form of address or a title. It knows nothing of names themselves, and finds none without one.

/** Finds names in a text; places are UTF-16 units. */
export type NameRecogniser = (text: string) => readonly { readonly start: number; readonly end: number; readonly score: number }[]

const TITLES =
  'Mr Mrs Ms Miss Mx Sir Madam Herrn? Frau Hr Fr Dr Prof Dipl\\.-Ing Mag Ing M MM Mme Mlle Maître Monsieur Madame Sig Sig\\.ra ' +
  'Sig\\.na Signora? Dott Dott\\.ssa Avv Sra? Srta Don Doña Señora? Dña Senhora? Dona dhr mevr mw meneer mevrouw Pana? Panu Pani ' +
  'Panią Paní Pán pana? panu pani panią paní pán pánovi panem Gospod Gospa gospod gospa gospe Gospodin gospodin gospodina Gospođa ' +
  'gospođa gospođe gđa g Domnul Doamna domnul domnului doamna doamnei dl dna Herra herra Rouva rouva Härra härra Proua proua kungs ' +
  'kundze ponas pono ponia ponios Fru fru Herr herr hr Frk Uasal tUasal Sinjura? Sur is-Sur is-Sinjura úr asszony ifj özv κ κα κος ' +
  'κύριος κυρία κυρίου κυρίας Κύριος Κυρία г-н г-жа господин госпожа Господин Госпожа श्री श्रीमती सुश्री डॉ السيدة? السيد الدكتورة? ' +
  'الدكتور الأستاذة? الأستاذ د dr prof señora? signora? senhora? sra? mrs? dott'
/** A word as names are written: a capital and small letters, or letters of a script that has no capitals. */
const WORD = "(?:(?:[dlDLO]['’])?\\p{Lu}[\\p{L}\\p{M}]*(?:['’-]\\p{Lu}?[\\p{L}\\p{M}]+)*|\\p{Lo}[\\p{Lo}\\p{M}]+)"
/** Small words inside names: von, de la, bin. */
const PARTICLE = '(?:von|van|der|den|de|del|della|di|da|dos|du|la|le|zu|af|av|bin|bint|ibn|al|el|mac|ó|ní)'
const TITLED = new RegExp(
  `(?<![\\p{L}\\p{M}.])(?:${TITLES.replaceAll(' ', '|')})\\.?(?:[ \\u00a0](?:${TITLES.replaceAll(' ', '|')})\\.?){0,3}[ \\u00a0](${WORD}\\.?(?:[ \\u00a0](?:${PARTICLE}[ \\u00a0]){0,2}${WORD}){0,3})`,
  'gu',
)
/** Scripts without capitals show no end of a name: two words are taken. */
const TWO_WORDS = /^\S+(?:\s\S+)?/u

/** Names behind `Frau`, `M.`, `Dr.`, `κ.`, `г-жа`, `श्री`, `السيد` and their like, in the languages of the tests. */
export const titledNames: NameRecogniser = (text) => {
  const found: { start: number; end: number; score: number }[] = []
  for (const match of text.matchAll(TITLED)) {
    const name = match[1] ?? ''
    const end = match.index + match[0].length
    const start = end - name.length
    const taken = /\p{Lo}/u.test(name.charAt(0)) ? (TWO_WORDS.exec(name)?.[0] ?? name) : name
    found.push({ start, end: start + taken.replace(/\.$/, '').length, score: 0.8 })
  }
  return found
}
