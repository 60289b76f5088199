// Gemini tells a call and its result by the function's name, and gives ids only sometimes; the neutral form tells them by id.

/** The calls of one conversation in order. Ids that the wire lacks are made here, the same for the same conversation each time. */
export class Calls {
  private readonly prefix: string
  private made = 0
  private readonly names = new Map<string, string>()
  /** Calls without a result so far, by function. */
  private readonly open = new Map<string, string[]>()

  /** `origin` sets the made ids of one answer apart from those of another in the same conversation. */
  constructor(origin = '') {
    this.prefix = origin === '' ? 'call_' : `call_${origin.replace(/[^A-Za-z0-9_-]/g, '').slice(0, MAX_ORIGIN)}_`
  }

  /** Notes a call; gives its id. */
  called(id: string | undefined, name: string): string {
    const known = id === undefined || id === '' ? this.next() : id
    this.names.set(known, name)
    const waiting = this.open.get(name)
    if (waiting === undefined) this.open.set(name, [known])
    else waiting.push(known)
    return known
  }

  /** The id of the call that a result belongs to: its own where a call has it, else the first call of the function still open. */
  answered(id: string | undefined, name: string): string {
    const waiting = this.open.get(name) ?? []
    const at = id !== undefined && this.names.has(id) ? waiting.indexOf(id) : 0
    const [found] = at < 0 ? [] : waiting.splice(at, 1)
    return (id !== undefined && this.names.has(id) ? id : found) ?? (id || this.next())
  }

  /** The function that a call named. */
  nameOf(id: string): string | undefined {
    return this.names.get(id)
  }

  private next(): string {
    let id: string
    do id = `${this.prefix}${this.made++}`
    while (this.names.has(id))
    return id
  }
}

const MAX_ORIGIN = 40
