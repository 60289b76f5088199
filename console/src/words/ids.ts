// Every word of the console by its id. A page's words are an area: one file per language, loaded with the page.
import type home from './en/home.json'
import type map from './en/map.json'
import type shell from './en/shell.json'
import type ui from './en/ui.json'

export type WordId =
  // One line for each area, in the order of the alphabet.
  keyof typeof home | keyof typeof map | keyof typeof shell | keyof typeof ui
