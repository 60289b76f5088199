/** Shorter words could be anything. */
const SHORTEST = 4
export const REMOVED = '[removed]'

/** Takes secrets out of a text, also as JSON writes them; endpoints like to repeat a key in their complaint about it. */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))
  const found = [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length)
  return (text) => found.reduce((rest, form) => rest.replaceAll(form, REMOVED), text)
}
