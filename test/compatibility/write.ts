// Brings the generated parts of docs/compatibility.md up to date.
import { bridgeAll } from '../lab/bridged.ts'
import { startExchange } from '../sdk-matrix/exchange.ts'
import * as sdkTables from '../sdk-matrix/markdown.ts'
import * as sdks from '../sdk-matrix/matrix.ts'
import * as lab from './lab.ts'
import { markdown } from './markdown.ts'
import { matrix } from './matrix.ts'
import { writePart } from './page.ts'

writePart('dialects', markdown(matrix()))

const exchange = await startExchange()
writePart('sdks', sdkTables.markdown(await sdks.matrix(exchange.way), await sdks.vendorMatrix(exchange.way)))
await exchange.stop()

writePart('lab', lab.markdown(await lab.measureAll(), await bridgeAll()))
