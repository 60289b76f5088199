import { parseDocument } from 'yaml'
import { err, type Result } from '../core/result.ts'
import { type Fact, type FactFailure, type FactFile, parseFacts } from './fact.ts'

/** Reads the YAML 1.2 text of one fact file. Doubled keys, aliases that expand without end and unknown fields are failures. */
export const parseFactText = (text: string, file: FactFile): Result<readonly Fact[], readonly FactFailure[]> => {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true })
  const [problem] = document.errors
  if (problem !== undefined) {
    const place = problem.linePos === undefined ? 'file' : `line ${problem.linePos[0].line}`
    return err([{ kind: 'fact-invalid', file: file.name, row: place, message: firstLine(problem.message) }])
  }
  try {
    return parseFacts(document.toJS({ maxAliasCount: 100 }), file)
  } catch (failure) {
    // The library throws on alias bombs.
    const message = failure instanceof Error ? firstLine(failure.message) : 'the text is not YAML'
    return err([{ kind: 'fact-invalid', file: file.name, row: 'file', message }])
  }
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? text).replace(/:$/, '')
