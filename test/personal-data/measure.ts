// Finds what stands in the generated sentences, and counts. `node test/personal-data/measure.ts` prints the tables of `docs/personal-data.md`.
import { Detector } from '../../src/personal-data/detect.ts'
import { titledNames } from '../../src/personal-data/names.ts'
import { SENTENCES, type Sentences } from './sentences.ts'
import { UNSEEN } from './unseen.ts'
import { Chance, card, email, iban, ip, mac, nearEmail, nearIdentifier, nearIp, person, phone, validIdentifier } from './values.ts'

/** One sentence; `class` is what stands at `start`, or nothing of anybody's. */
export type Sample = {
  readonly language: string
  readonly text: string
  readonly class: string | undefined
  readonly start: number
  readonly end: number
}

/** Values drawn for each sentence. */
const TIMES = 6

const put = (language: string, sentence: string, value: string, name: string | undefined): Sample => {
  const start = sentence.indexOf('{}')
  return { language, text: sentence.replace('{}', () => value), class: name, start, end: start + value.length }
}

const ZERO: Readonly<Record<string, number>> = { ar: 0x660, hi: 0x966 }
const inDigitsOf = (language: string, value: string): string =>
  value.replace(/\d/g, (digit) => String.fromCharCode((ZERO[language] ?? 0x30) + Number(digit)))

const samplesOf = (each: Sentences): readonly Sample[] => {
  const { language, country } = each
  const chance = new Chance(language)
  const samples: Sample[] = []
  const add = (sentence: string, value: string | undefined, name?: string): void => {
    if (value !== undefined) samples.push(put(language, sentence, value, name))
  }
  // Every third number in the digits of the language, where it has its own.
  const own = (value: string): string => (chance.below(3) === 0 ? inDigitsOf(language, value) : value)
  for (let time = 0; time < TIMES; time++) {
    for (const [name, sentences] of Object.entries(each.ids))
      for (const sentence of sentences) {
        add(sentence, own(validIdentifier(name, chance)), name)
        add(sentence, nearIdentifier(name, chance))
      }
    add(each.email, email(chance), 'email')
    add(each.email, nearEmail(chance))
    add(each.iban, iban(country, chance, true), 'iban')
    add(each.iban, iban(country, chance, false))
    add(each.card, own(card(chance, true)), 'card')
    add(each.card, card(chance, false))
    add(each.phone, own(phone(country, chance)), 'phone')
    add(each.ip, ip(chance), 'ip')
    add(each.ip, nearIp(chance))
    add(each.ip, mac(chance), 'mac')
    add(each.person, person(language, chance), 'person')
    // Nothing says what these are, so that only what no chance brings about may be found.
    add(each.bare, iban(country, chance, true), 'iban')
    add(each.bare, email(chance), 'email')
    for (const count of [8, 9, 10, 11, 12, 13]) add(each.bare, `1${chance.digits(count - 1)}`)
    for (const sentence of each.none) for (const count of [7, 9, 10, 11]) add(sentence, `2${chance.digits(count - 1)}`)
  }
  return samples
}

export const samples = (): readonly Sample[] => SENTENCES.flatMap(samplesOf)

/** The same of sentences that nothing was tuned to. */
export const unseen = (): readonly Sample[] =>
  UNSEEN.flatMap(({ language, country, id: [name, sentence], ...others }) => {
    const chance = new Chance(`unseen ${language}`)
    return Array.from({ length: TIMES }, () => [
      put(language, sentence, validIdentifier(name, chance), 'identifiers'),
      put(language, others.phone, phone(country, chance), 'phone'),
      put(language, others.card, card(chance, true), 'card'),
      put(language, others.person, person(language, chance), 'person'),
    ]).flat()
  })

/** `found` of `there` were found as they stand; of all that was `marked`, so many are `right`. */
export type Count = { readonly there: number; readonly found: number; readonly marked: number; readonly right: number }
export type Measured = { readonly classes: ReadonlyMap<string, Count>; readonly languages: ReadonlyMap<string, Count>; readonly all: Count }

/** A value counts as found when its class and both its ends are right. */
export const measure = (all: readonly Sample[], detector = new Detector({ names: titledNames })): Measured => {
  const [classes, languages] = [new Map<string, Count>(), new Map<string, Count>()]
  let total = NOTHING
  const count = (name: string, language: string, more: Partial<Count>): void => {
    classes.set(name, plus(classes.get(name), more))
    languages.set(language, plus(languages.get(language), more))
    total = plus(total, more)
  }
  for (const sample of all) {
    if (sample.class !== undefined) count(sample.class, sample.language, { there: 1 })
    for (const span of detector.findIn(sample.text)) {
      const isRight =
        (span.class === sample.class || (sample.class === 'identifiers' && span.class.includes('-'))) &&
        span.start === sample.start &&
        span.end === sample.end
      count(
        isRight ? (sample.class ?? span.class) : span.class,
        sample.language,
        isRight ? { marked: 1, right: 1, found: 1 } : { marked: 1 },
      )
    }
  }
  return { classes, languages, all: total }
}
const NOTHING: Count = { there: 0, found: 0, marked: 0, right: 0 }
const plus = (count: Count = NOTHING, more: Partial<Count>): Count => ({
  there: count.there + (more.there ?? 0),
  found: count.found + (more.found ?? 0),
  marked: count.marked + (more.marked ?? 0),
  right: count.right + (more.right ?? 0),
})

const percent = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`)
const row = (name: string, { there, found, marked, right }: Count): string =>
  `| ${name} | ${there} | ${percent(found, there)} | ${marked} | ${percent(right, marked)} |`
const table = (head: string, counts: ReadonlyMap<string, Count>): string =>
  [
    `| ${head} | values | recall | marked | precision |`,
    '|---|---:|---:|---:|---:|',
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => row(name, count)),
  ].join('\n')

/** Both tables as they stand in the documentation. */
export const tables = ({ classes, languages, all }: Measured): string =>
  `${table('class', classes)}\n\n${table('language', new Map([...languages]))}\n${row('**all**', all)}`

/** What is found in sentences that nothing was tuned to, by class. */
export const unseenTable = (): string => table('class', measure(unseen()).classes)

/** Of valid identifiers with nothing beside them, the share that is found: only what is sure by its form and check digits may be. */
export const alone = (detector = new Detector()): string => {
  const rows = [...new Set(SENTENCES.flatMap(({ ids }) => Object.keys(ids))), 'card'].sort().map((name) => {
    const chance = new Chance(`alone ${name}`)
    let found = 0
    for (let time = 0; time < ALONE; time++) {
      const value = name === 'card' ? card(chance, true) : validIdentifier(name, chance)
      if (detector.findIn(`… ${value} …`).some((span) => span.class === name)) found++
    }
    return `| ${name} | ${percent(found, ALONE)} |`
  })
  return ['| class | found alone |', '|---|---:|', ...rows].join('\n')
}
const ALONE = 40

if (import.meta.main) process.stdout.write(`${tables(measure(samples()))}\n\n${unseenTable()}\n\n${alone()}\n`)
