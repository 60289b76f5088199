import { type Messages, setupI18n } from '@lingui/core'
import { I18nProvider, Trans } from '@lingui/react'
import { type ReactElement, type ReactNode, useCallback, useSyncExternalStore } from 'react'
import type { WordId } from './ids.ts'
import { directionOf, LANGUAGES, type Language } from './languages.ts'
import { localeOf } from './locale.ts'

const files = import.meta.glob<Messages>('./*/*.json', { import: 'default' })
const i18n = setupI18n({ locale: 'en', messages: { en: {} } })
const loaded = new Set<string>()
const CHOSEN = 'allod-language'

/** The language this person chose here before, else the first of the browser's that there is, else English. */
export const chosenLanguage = (): Language => {
  const wanted = [localStorage.getItem(CHOSEN) ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2))
  return LANGUAGES.find((language) => language === wanted.find((tag) => (LANGUAGES as readonly string[]).includes(tag))) ?? 'en'
}

let language: Language = 'en'
/** Loads the words of an area in the language in force; pages wait for theirs. */
export const loadWords = async (...areas: readonly string[]): Promise<void> => {
  await Promise.all(
    areas.map(async (area) => {
      const name = `./${language}/${area}.json`
      const load = files[name]
      if (load === undefined || loaded.has(name)) return
      i18n.load(language, await load())
      loaded.add(name)
    }),
  )
}

/** Speaks another language from now on: the page is loaded anew in it, with what it showed. */
export const chooseLanguage = (chosen: Language): void => {
  localStorage.setItem(CHOSEN, chosen)
  location.reload()
}

export const startWords = async (): Promise<void> => {
  language = chosenLanguage()
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  i18n.loadAndActivate({ locale: language, locales: localeOf(language), messages: {} })
  await loadWords('shell', 'ui')
}
export const currentLanguage = (): Language => language

type Values = Readonly<Record<string, string | number | Date>>
/** Says a word of the catalogues: `say('calls.lead', { calls: 5 })`. */
export type Say = (id: WordId, values?: Values) => string
export const say: Say = (id, values) => i18n._({ id, ...(values === undefined ? {} : { values }) })

export const useSay = (): Say => {
  useSyncExternalStore(
    (listener) => i18n.on('change', listener),
    () => i18n.locale,
  )
  return useCallback(say, [])
}

/** A sentence with elements in it: `<0>…</0>` in the words stands for the first of `parts`. */
export const Sentence = ({ id, values, parts = [] }: { id: WordId; values?: Values; parts?: readonly ReactElement[] }) => (
  <Trans id={id} {...(values === undefined ? {} : { values })} components={Object.fromEntries(parts.map((part, index) => [index, part]))} />
)

export const WordsProvider = ({ children }: { readonly children: ReactNode }) => <I18nProvider i18n={i18n}>{children}</I18nProvider>
