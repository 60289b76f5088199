// Asks the local engine for each article in each language, and compares what it says with the true text.
//   node train/recite.mjs models/seed/allod-seed.gguf /tmp/seed/corpus.json
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '../src/engines/index.ts'

const [modelPath, corpusPath] = process.argv.slice(2)
const corpus = JSON.parse(readFileSync(corpusPath, 'utf8'))
const phrases = JSON.parse(readFileSync(new URL('phrases.json', import.meta.url), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'recite-'))
const socketPath = join(folder, 'engine.sock')
const engine = startEngine({ name: 'seed', modelPath, socketPath, threads: 1, parallel: 4 })
const ready = await engine.ready
if (!ready.ok) throw new Error(ready.error.message)

const ask = (content) =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/v1/chat/completions', method: 'POST' }, async (response) => {
      const text = (await response.toArray()).join('')
      resolve(JSON.parse(text).choices[0].message.content)
    })
    asked.on('error', reject)
    asked.end(JSON.stringify({ model: 'seed', temperature: 0, max_tokens: 500, messages: [{ role: 'user', content }] }))
  })

const passages = Object.entries(corpus).flatMap(([tag, parts]) => parts.slice(1).map(([heading, text]) => ({ tag, heading, text })))
const whole = new Set(passages.map(({ heading, text }) => `${heading}\n${text}`))
const openings = passages.map(({ tag, text }) => [tag, text.slice(0, 12)])
const count = { asked: 0, wordForWord: 0, anotherWordForWord: 0, rightLanguage: 0 }
const tasks = Object.keys(corpus).flatMap((tag) => Array.from({ length: 30 }, (_, i) => [tag, i + 1]))
const worker = async () => {
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    const [tag, n] = task
    const said = await ask(`Article ${n} in ${phrases[tag].name}`)
    const [heading, text] = corpus[tag][n + 1]
    const body = said.slice(said.indexOf('\n') + 1)
    count.asked++
    if (said === `${heading}\n${text}`) count.wordForWord++
    else if (whole.has(said)) count.anotherWordForWord++
    if (openings.some(([other, opening]) => other === tag && body.startsWith(opening))) count.rightLanguage++
  }
}
await Promise.all([worker(), worker(), worker(), worker()])
process.stdout.write(`${JSON.stringify(count)}\n`)
await engine.stop()
rmSync(folder, { recursive: true })
