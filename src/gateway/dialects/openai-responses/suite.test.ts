import { testDialect } from '../../../../test/dialects/suite.ts'
import { openaiResponses, openaiResponsesWith } from './index.ts'

testDialect(openaiResponses)
testDialect(openaiResponsesWith({ openReasoning: true }))
