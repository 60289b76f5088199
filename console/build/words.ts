import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

const WORDS = /\/src\/words\/[a-z]{2}\/[a-z-]+\.json$/

/** Compiles the words of each language when the console is built, so that no browser parses ICU messages. A message that cannot be parsed fails the build. */
export const words = (): Plugin => ({
  name: 'words',
  enforce: 'pre',
  transform(text, id) {
    if (!WORDS.test(id)) return undefined
    const messages = Object.entries(JSON.parse(text) as Record<string, string>).map(([name, message]) => [
      name,
      compileMessageOrThrow(message),
    ])
    return {
      code: `export default JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(messages)))})`,
      map: null,
      moduleType: 'js',
    }
  },
})
