// Personal data found in texts of others: `node bench/personal-data.ts <pii.json | texts.jsonl[.zst]> …`.
//
// A `.json` file holds sentences with spans, as in presidio-research: recall and precision of the classes that both know. A `.jsonl` file holds a
// `text` in each line: MB of text for a second of this thread's CPU time, and how much was found in it.
import { readFileSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { Detector } from '../src/personal-data/detect.ts'
import { titledNames } from '../src/personal-data/names.ts'

type Labelled = {
  readonly full_text: string
  readonly spans: readonly { readonly entity_type: string; readonly start_position: number; readonly end_position: number }[]
}
const CLASSES: Readonly<Record<string, string>> = {
  EMAIL_ADDRESS: 'email',
  IP_ADDRESS: 'ip',
  PHONE_NUMBER: 'phone',
  CREDIT_CARD: 'card',
  IBAN_CODE: 'iban',
  US_SSN: 'us-ssn',
  PERSON: 'person',
}
const MOST_BYTES = 48 * 1024 * 1024
const ROUNDS = 5

/** A span counts as found where one of its class lies over it: where a number begins and ends, each annotator sees in their own way. */
const labelled = (path: string): void => {
  const sentences = JSON.parse(readFileSync(path, 'utf8')) as readonly Labelled[]
  const detector = new Detector({ names: titledNames })
  const counts = new Map<string, { there: number; found: number; marked: number; right: number }>()
  const count = (name: string) => {
    const known = counts.get(name) ?? { there: 0, found: 0, marked: 0, right: 0 }
    counts.set(name, known)
    return known
  }
  for (const { full_text: text, spans } of sentences) {
    const found = detector.findIn(text)
    const wanted = spans.flatMap(({ entity_type: type, start_position: start, end_position: end }) => {
      const name = CLASSES[type]
      return name === undefined ? [] : [{ class: name, start, end }]
    })
    const meets = (a: { readonly class: string; readonly start: number; readonly end: number }, b: typeof a): boolean =>
      a.class === b.class && a.start < b.end && b.start < a.end
    for (const span of wanted) {
      count(span.class).there++
      if (found.some((each) => meets(each, span))) count(span.class).found++
    }
    for (const span of found) {
      count(span.class).marked++
      if (wanted.some((each) => meets(each, span))) count(span.class).right++
    }
  }
  console.table(Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))))
}

const throughput = (path: string): void => {
  const bytes = readFileSync(path)
  const lines = (path.endsWith('.zst') ? zstdDecompressSync(bytes, { maxOutputLength: 2 ** 31 }) : bytes) as Buffer
  const texts: Uint8Array[] = []
  let size = 0
  for (let at = 0; at < lines.length && size < MOST_BYTES; ) {
    const found = lines.indexOf(10, at)
    const end = found < 0 ? lines.length : found
    const text = new TextEncoder().encode((JSON.parse(lines.toString('utf8', at, end)) as { readonly text: string }).text)
    texts.push(text)
    size += text.length
    at = end + 1
  }
  const detector = new Detector()
  let best = Number.POSITIVE_INFINITY
  let found = 0
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.threadCpuUsage()
    found = 0
    for (const text of texts) found += detector.find(text).length
    const { user, system } = process.threadCpuUsage(before)
    best = Math.min(best, user + system)
  }
  console.log(`${path}: ${(size / 1e6).toFixed(1)} MB, ${found} found, ${(size / best).toFixed(0)} MB/s`)
}

for (const path of process.argv.slice(2)) (path.endsWith('.json') ? labelled : throughput)(path)
