// The verify page as a single file, which works from a disk and asks nobody: what it runs and how it looks are inside, and its own policy
// allows exactly that, by hash, and no connection at all.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { configuration } from '../vite.config.ts'

const AREAS = ['receipt', 'shell', 'ui']
const ALL_WORDS = "'./*/*.json'"

/** Of all words only those of this page. */
const fewWords = (): Plugin => ({
  name: 'few-words',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/src/words/words.tsx')) return undefined
    if (!code.includes(ALL_WORDS)) throw new Error(`the offline page no longer finds ${ALL_WORDS} in words.tsx`)
    return { code: code.replace(ALL_WORDS, `'./*/{${AREAS.join(',')}}.json'`), map: null }
  },
})

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Writes `verify.html` into the folder. */
export const buildOffline = async (dist: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'allod-offline-'))
  try {
    await build({
      ...configuration,
      publicDir: false,
      plugins: [fewWords(), ...(configuration.plugins ?? [])],
      build: {
        ...configuration.build,
        outDir: folder,
        emptyOutDir: false,
        cssCodeSplit: false,
        manifest: false,
        rolldownOptions: {
          input: join(import.meta.dirname, '../src/offline.tsx'),
          output: { codeSplitting: false, entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
        },
      },
    })
    const read = (ending: string): string =>
      readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? ''), 'utf8')
    // What ends a script in HTML stands nowhere in one.
    const script = read('.js').replaceAll('</script', '<\\/script')
    const styles = read('.css')
    writeFileSync(join(dist, 'verify.html'), page(script, styles))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const page = (script: string, styles: string): string => `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(styles)}; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Allod</title>
<style>${styles}</style>
</head>
<body><div id="root"></div><script type="module">${script}</script></body>
</html>
`
