import { testDialect } from '../../../../test/dialects/suite.ts'
import { gemini } from './index.ts'

testDialect(gemini)
