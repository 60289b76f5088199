export const LANGUAGES = ['en', 'fr', 'de', 'es', 'pt', 'hi', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]
export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr')
/** How each language calls itself. */
export const NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  fr: 'Français',
  de: 'Deutsch',
  es: 'Español',
  pt: 'Português',
  hi: 'हिन्दी',
  ar: 'العربية',
}
