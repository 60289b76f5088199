// Every word of the console by its id. A page's words are an area: one file per language, loaded with the page.
import type home from './en/home.json'
import type shell from './en/shell.json'

export type WordId = keyof typeof home | keyof typeof shell
