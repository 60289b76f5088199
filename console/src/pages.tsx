// Every page of the console: where it is, whose words it speaks, who may see it, and where its code is.
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { Capability } from '../../src/http/console/contract/route.ts'
import type { WordId } from './words/ids.ts'
import { loadWords } from './words/words.tsx'

export type Page = {
  readonly path: string
  readonly title: WordId
  /** Whose sentence it is in the rail; a page of details is in none. */
  readonly group?: 'top' | 'run' | 'own'
  readonly may?: Capability
  readonly View: LazyExoticComponent<ComponentType>
}

/** Words and code of a page arrive together. */
const page = (areas: readonly string[], load: () => Promise<ComponentType>): Page['View'] =>
  lazy(async () => {
    const [View] = await Promise.all([load(), loadWords(...areas)])
    return { default: View }
  })

export const PAGES: readonly Page[] = [
  { path: '/', title: 'page.home', group: 'top', View: page(['home'], async () => (await import('./pages/home/home.tsx')).Home) },
]
