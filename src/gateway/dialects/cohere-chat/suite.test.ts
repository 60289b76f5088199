import { testDialect } from '../../../../test/dialects/suite.ts'
import { cohereChat } from './index.ts'

testDialect(cohereChat)
