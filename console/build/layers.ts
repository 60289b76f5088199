import type { Plugin } from 'vite'

const ORDER = '@layer reset, tokens, base, parts, pages;'

/** Style sheets arrive in any order, page by page: each says first in which order the layers stand, so that none decides it by coming early. */
export const layers = (): Plugin => ({
  name: 'layers',
  enforce: 'pre',
  transform(text, id) {
    return id.includes('/console/src/') && id.endsWith('.css') ? { code: `${ORDER}\n${text}`, map: null } : undefined
  },
})
