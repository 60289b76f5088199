// robots.txt as RFC 9309 has it: which paths of a host may be crawled in whose name.

/** The rules that bind one crawler; of the rules that match a path the longest counts, and `allow` where two are as long. */
export type Robots = { readonly rules: readonly { readonly allow: boolean; readonly path: string }[] }

/** RFC 9309, section 2.5: a parser must read at least 500 KiB, and may stop there. */
const MOST_READ = 512 * 1024
const MOST_RULES = 10_000

/** The groups of each of `agents` (product tokens) together; those of `*` where no group names any of them (section 2.2.1). */
export const parseRobots = (text: string, agents: readonly string[]): Robots => {
  const wanted = new Set(agents.map((agent) => agent.toLowerCase()))
  const named: { allow: boolean; path: string }[] = []
  const anybody: { allow: boolean; path: string }[] = []
  let hasGroup = false
  let group: string[] = []
  let isOpen = false
  for (const line of text.slice(0, MOST_READ).split(/\r\n|\n|\r/)) {
    const [, field = '', value = ''] = /^\s*([A-Za-z-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? []
    const name = field.toLowerCase()
    if (name === 'user-agent') {
      // Lines that follow one another name one group.
      if (!isOpen) group = []
      isOpen = true
      const agent = /^[a-z_-]+|^\*/.exec(value.toLowerCase())?.[0] ?? ''
      group.push(agent)
      hasGroup ||= wanted.has(agent)
    } else if (name === 'allow' || name === 'disallow') {
      isOpen = false
      if (value === '' || named.length + anybody.length >= MOST_RULES) continue
      const rule = { allow: name === 'allow', path: value }
      if (group.some((agent) => wanted.has(agent))) named.push(rule)
      if (group.includes('*')) anybody.push(rule)
    }
  }
  return { rules: hasGroup ? named : anybody }
}

/** Whether a path with its query may be crawled; `/robots.txt` always may. */
export const mayCrawl = ({ rules }: Robots, path: string): boolean => {
  if (path === '/robots.txt') return true
  const asked = normal(path)
  let longest = -1
  let allowed = true
  for (const rule of rules) {
    const { length } = rule.path
    if (length < longest || (length === longest && !rule.allow) || !matchesPath(normal(rule.path), asked)) continue
    longest = length
    allowed = rule.allow
  }
  return allowed
}

/** One way of writing percent-encoding, so that octets compare (section 2.2.2). */
const normal = (path: string): string => {
  try {
    return encodeURI(path).replace(/%25([0-9A-Fa-f]{2})/g, (_, digits: string) => `%${digits.toUpperCase()}`)
  } catch {
    return path
  }
}

/** Whether a path begins as a pattern says: `*` stands for any characters, `$` at its end for the end of the path. In time proportional to the product of the lengths, whatever the pattern. */
export const matchesPath = (pattern: string, path: string): boolean => {
  const isWhole = pattern.endsWith('$')
  const [first = '', ...parts] = (isWhole ? pattern.slice(0, -1) : pattern).split('*')
  if (!path.startsWith(first)) return false
  let at = first.length
  for (const [index, part] of parts.entries()) {
    if (isWhole && index === parts.length - 1) return path.length - part.length >= at && path.endsWith(part)
    const found = path.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return !isWhole || at === path.length
}
