import { err, type Result } from '../core/result.ts'
import { type Fact, type FactFailure, type FactFile, parseFacts } from './fact.ts'
import { decodeYaml } from './yaml-rows.ts'

/** Reads the YAML 1.2 text of one fact file. Doubled keys and unknown fields are failures; each names its line or row. */
export const parseFactText = (text: string, file: FactFile): Result<readonly Fact[], readonly FactFailure[]> => {
  const decoded = decodeYaml(text)
  if (decoded.ok) return parseFacts(decoded.value, file)
  const { line, message } = decoded.error
  return err([{ kind: 'fact-invalid', file: file.name, row: line === undefined ? 'file' : `line ${line}`, message }])
}
