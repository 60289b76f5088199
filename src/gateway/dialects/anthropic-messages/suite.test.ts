import { testDialect } from '../../../../test/dialects/suite.ts'
import { anthropicMessages } from './index.ts'

testDialect(anthropicMessages)
