import { mirror } from './mirror.ts'
import { testDialect } from './suite.ts'

testDialect(mirror)
