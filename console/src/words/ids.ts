// Every word of the console by its id. A page's words are an area: one file per language, loaded with the page.
import type chat from './en/chat.json'
import type home from './en/home.json'
import type map from './en/map.json'
import type policy from './en/policy.json'
import type settings from './en/settings.json'
import type shell from './en/shell.json'
import type ui from './en/ui.json'

export type WordId =
  // One line for each area, in the order of the alphabet.
  | keyof typeof chat
  | keyof typeof home
  | keyof typeof map
  | keyof typeof policy
  | keyof typeof settings
  | keyof typeof shell
  | keyof typeof ui
