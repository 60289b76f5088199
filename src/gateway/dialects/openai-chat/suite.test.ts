import { testDialect } from '../../../../test/dialects/suite.ts'
import { openaiChat } from './index.ts'

testDialect(openaiChat)
