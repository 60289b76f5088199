// Parts of Cedar, YAML and JSON that are drawn differently: keywords bold, strings quieter, comments quietest. No grammar, only a lexicon.

export type CodeLanguage = 'cedar' | 'yaml' | 'json' | 'text'
export type CodeKind = 'keyword' | 'string' | 'comment' | 'plain'
export type CodeToken = { readonly kind: CodeKind; readonly text: string }

const CEDAR_WORDS = 'permit|forbid|when|unless|principal|action|resource|context|in|has|like|is|if|then|else|true|false'
/** The groups of each pattern: comment, string, keyword. */
const PATTERNS: Readonly<Record<Exclude<CodeLanguage, 'text'>, RegExp>> = {
  cedar: new RegExp(String.raw`(\/\/.*|^@\w+(?=\())|("(?:[^"\\]|\\.)*")|\b(${CEDAR_WORDS})\b`, 'g'),
  yaml: /((?:^|(?<=\s))#.*)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<=^\s*(?:-\s+)*)([\w.$/-]+(?=\s*:(?:\s|$)))/g,
  json: /((?!))|("(?:[^"\\]|\\.)*"(?!\s*:))|("(?:[^"\\]|\\.)*"(?=\s*:)|\b(?:true|false|null)\b)/g,
}

const kindOf = (match: RegExpExecArray): CodeKind => (match[1] !== undefined ? 'comment' : match[2] !== undefined ? 'string' : 'keyword')

/** The tokens of one line; together they are the line. */
export const tokenize = (line: string, language: CodeLanguage): readonly CodeToken[] => {
  if (language === 'text') return [{ kind: 'plain', text: line }]
  const tokens: CodeToken[] = []
  let end = 0
  for (const match of line.matchAll(PATTERNS[language])) {
    if (match[0] === '') continue
    if (match.index > end) tokens.push({ kind: 'plain', text: line.slice(end, match.index) })
    tokens.push({ kind: kindOf(match), text: match[0] })
    end = match.index + match[0].length
  }
  if (end < line.length || tokens.length === 0) tokens.push({ kind: 'plain', text: line.slice(end) })
  return tokens
}
