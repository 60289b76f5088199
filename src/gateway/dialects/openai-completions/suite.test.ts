import { testDialect } from '../../../../test/dialects/suite.ts'
import { openaiCompletions } from './index.ts'

testDialect(openaiCompletions)
