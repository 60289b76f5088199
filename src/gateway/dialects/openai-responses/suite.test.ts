import { testDialect } from '../../../../test/dialects/suite.ts'
import { openaiResponses } from './index.ts'

testDialect(openaiResponses)
