// Reads the published log while it grows, by its tiles alone, and keeps of each call what is to be judged.
import { createHash } from 'node:crypto'
import { decodeBundle, parseCheckpoint, parseNote, TILE_WIDTH, tilePath } from '#verifier'

/** The outcome of a call as the log has it; `results`: how it went with each endpoint that was tried or passed over. */
export type Outcome = {
  readonly kind: 'call' | 'refusal'
  readonly application: string
  readonly alias: string
  readonly dataClass: string
  readonly endpoint: string
  readonly input: number
  readonly output: number
  readonly estimated: boolean
  readonly cost: number
  readonly status: number
  readonly end: string
  readonly results: readonly (readonly [endpoint: string, result: string])[]
  readonly seams: number
}
type LogEntry = { readonly [member: string]: unknown }
const sha = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export class LogReader {
  readonly outcomes = new Map<string, Outcome>()
  /** Endpoints outside home that calls crossed to, before their outcome. */
  readonly kinds: Record<string, number> = {}
  readonly #url: string
  readonly #borders = new Map<string, string[]>()
  readonly #next = new Map<unknown, number>()
  /** Roots of the perfect trees of what was read, largest first (RFC 6962, section 2.1). */
  readonly #trees: { readonly size: number; readonly root: Buffer }[] = []
  /** What is wrong with the log, in sentences; a few are enough. */
  readonly #faults: string[] = []
  #size = 0
  #faultCount = 0

  constructor(url: string) {
    this.#url = url
  }

  get size(): number {
    return this.#size
  }
  get faults(): { readonly count: number; readonly first: readonly string[] } {
    return { count: this.#faultCount, first: this.#faults }
  }
  /** Calls that crossed a border and have no outcome. */
  get open(): number {
    return this.#borders.size
  }

  /** Reads what has been published since, whole bundles only unless `toTheEnd`; then the signed root must be that of all entries. */
  async advance(toTheEnd = false): Promise<void> {
    const { size, root } = await this.#checkpoint()
    if (size < this.#size) this.#fault(`the log shrank from ${this.#size} entries to ${size}`)
    while (this.#size < size) {
      const width = Math.min(TILE_WIDTH, size - this.#size)
      if (width < TILE_WIDTH && !toTheEnd) return
      const bundle = decodeBundle(await this.#read(tilePath('entries', Math.floor(this.#size / TILE_WIDTH), width)))
      if (bundle === undefined || bundle.length !== width) throw new Error(`the bundle at entry ${this.#size} is broken`)
      for (const leaf of bundle) this.#take(leaf)
    }
    if (!this.#root().equals(Buffer.from(root))) this.#fault(`the signed root over ${size} entries is not theirs`)
  }

  async #checkpoint(): Promise<{ readonly size: number; readonly root: Uint8Array }> {
    const note = parseNote(new TextDecoder().decode(await this.#read('checkpoint')))
    const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note
    if (!checkpoint.ok) throw new Error('the log has no checkpoint')
    return checkpoint.value
  }

  async #read(path: string): Promise<Uint8Array> {
    const response = await fetch(`${this.#url}/log/${path}`)
    if (!response.ok) throw new Error(`/log/${path} answers ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  }

  #take(leaf: Uint8Array): void {
    this.#grow(leaf)
    const index = this.#size++
    const entry = JSON.parse(new TextDecoder().decode(leaf)) as LogEntry
    const kind = String(entry.kind)
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1
    const number = this.#next.get(entry.stream) ?? 0
    if (entry.n !== number) this.#fault(`entry ${index} has number ${entry.n} in ${entry.stream}, where ${number} was due`)
    this.#next.set(entry.stream, number + 1)
    const call = String(entry.call)
    if (kind === 'border') this.#crosses(call, entry)
    else if (kind === 'call' || kind === 'refusal') this.#ends(call, kind, entry, index)
  }

  #crosses(call: string, { endpoint }: LogEntry): void {
    if (this.outcomes.has(call)) this.#fault(`call ${call} crosses a border after its outcome`)
    this.#borders.set(call, [...(this.#borders.get(call) ?? []), String(endpoint)])
  }

  #ends(call: string, kind: Outcome['kind'], entry: LogEntry, index: number): void {
    if (this.outcomes.has(call)) this.#fault(`call ${call} has a second outcome at entry ${index}`)
    const crossed = this.#borders.get(call) ?? []
    const borders = kind === 'call' ? (entry.border as readonly number[]) : []
    if (borders.length !== crossed.length) this.#fault(`call ${call} names ${borders.length} crossings of ${crossed.length}`)
    this.#borders.delete(call)
    this.outcomes.set(call, outcomeOf(kind, entry))
  }

  #fault(sentence: string): void {
    this.#faultCount++
    if (this.#faults.length < 10) this.#faults.push(sentence)
  }

  #grow(leaf: Uint8Array): void {
    let tree = { size: 1, root: sha(Uint8Array.of(0), leaf) }
    for (let last = this.#trees.at(-1); last?.size === tree.size; last = this.#trees.at(-1)) {
      this.#trees.pop()
      tree = { size: tree.size * 2, root: sha(Uint8Array.of(1), last.root, tree.root) }
    }
    this.#trees.push(tree)
  }

  #root(): Buffer {
    return (
      this.#trees.reduceRight<Buffer | undefined>(
        (right, { root }) => (right === undefined ? root : sha(Uint8Array.of(1), root, right)),
        undefined,
      ) ?? sha()
    )
  }
}

/** Few texts in many records: each is kept once. */
const texts = new Map<string, string>()
const once = (value: unknown): string => {
  const text = String(value)
  const known = texts.get(text)
  if (known === undefined) texts.set(text, text)
  return known ?? text
}
const results = new Map<string, Outcome['results']>()
const resultsOf = (attempts: readonly LogEntry[]): Outcome['results'] => {
  const pairs = attempts.map(({ endpoint, result }) => [once(endpoint), once(result)] as const)
  const name = JSON.stringify(pairs)
  const known = results.get(name)
  if (known === undefined) results.set(name, pairs)
  return known ?? pairs
}

const outcomeOf = (kind: Outcome['kind'], entry: LogEntry): Outcome => {
  const usage = (entry.usage ?? { input: 0, output: 0, estimated: false }) as { input: number; output: number; estimated: boolean }
  return {
    kind,
    application: once(`${entry.tenant}/${entry.application}`),
    alias: once(entry.alias),
    dataClass: once(entry.class),
    endpoint: once(entry.endpoint ?? ''),
    ...usage,
    cost: Number(entry.cost ?? 0),
    status: Number(entry.status ?? 451),
    end: once(entry.end ?? 'refused'),
    results: resultsOf((entry.attempts ?? []) as readonly LogEntry[]),
    seams: Array.isArray(entry.seams) ? entry.seams.length : 0,
  }
}
