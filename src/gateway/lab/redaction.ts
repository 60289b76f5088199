// INVARIANT: no secret stands in a transcript.

/** Shorter words could be anything. */
const SHORTEST = 4
export const REMOVED = '[removed]'

/** Takes secrets out of a text, also as JSON writes them; endpoints like to repeat a key in their complaint about it. */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))
  const found = [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length)
  return (text) => found.reduce((rest, form) => rest.replaceAll(form, REMOVED), text)
}

/** The values of headers that hold keys, with and without the word before them, and what a signed request says of its key. */
const secretsOf = (headers: readonly string[], own: string | undefined): readonly string[] =>
  headers.flatMap((text, index) => {
    const name = index % 2 === 1 ? (headers[index - 1] ?? '').toLowerCase() : ''
    if (name === '' || !(name === own || name === 'authorization' || /key|token|secret/.test(name))) return []
    const signed = [...text.matchAll(/\b(?:Credential|Signature)=([^/,\s]+)/g)].map(([, value = '']) => value)
    return [text, ...text.split(' ').slice(1), ...signed]
  })

/** What must not stand in a transcript, as it becomes known: tokens and signatures exist only once a request goes out. */
export class Redaction {
  /** The header that holds the endpoint's key; lower case. */
  readonly #own: string | undefined
  readonly #secrets = new Set<string>()
  #redact: (text: string) => string = (text) => text

  constructor(own: string | undefined) {
    this.#own = own
  }

  /** `headers`: names and values in turn. */
  learn(headers: readonly string[]): void {
    const known = this.#secrets.size
    for (const secret of secretsOf(headers, this.#own)) this.#secrets.add(secret)
    if (this.#secrets.size > known) this.#redact = redactor([...this.#secrets])
  }

  clean(text: string): string {
    return this.#redact(text)
  }
}
