export { base64, bigEndian, concat, equalBytes, fromBase64, fromHex, fromUtf8, hex, type Result, utf8 } from './bytes.ts'
export {
  type Checkpoint,
  cosignatureMessage,
  formatCheckpoint,
  noteMessage,
  parseCheckpoint,
  subtreeMessage,
} from './checkpoint.ts'
export {
  consistencyRanges,
  emptyRoot,
  inclusionRanges,
  leafHash,
  nodeHash,
  perfectNodes,
  type Range,
  rangeRoot,
  rootFromProof,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
export { ML_DSA_44_KEY_BYTES, ML_DSA_44_SIGNATURE_BYTES, verifyMlDsa44 } from './ml-dsa.ts'
export {
  formatNote,
  formatSignature,
  formatTimestamped,
  formatVerifierKey,
  KEY_TYPES,
  type KeyType,
  keyId,
  type Note,
  parseNote,
  parseVerifierKey,
  type SignatureLine,
  signaturesOf,
  type VerifierKey,
  verifierKey,
} from './note.ts'
export {
  formatPromise,
  formatPromiseFile,
  formatReceipt,
  MAX_FILE_BYTES,
  type MergePromise,
  type PromiseFile,
  parsePromise,
  parseReceipt,
  type Receipt,
  SALT_BYTES,
} from './receipt.ts'
export { COMMITTED, type Committed, commitment, describeRecord, type LogRecord, parseRecord } from './record.ts'
export { type Hash, sha256 } from './sha256.ts'
export { shake128, shake256 } from './shake.ts'
export { type Ed25519, verifySignature } from './signature.ts'
export {
  consistencyProof,
  decodeBundle,
  encodeBundle,
  inclusionProof,
  levelWidth,
  MAX_ENTRY_BYTES,
  parseTilePath,
  type ReadTile,
  rootFromTiles,
  rootsFromTiles,
  TILE_WIDTH,
  type Tile,
  tileAt,
  tilePath,
  tileRoot,
  tilesBetween,
  tilesFor,
} from './tiles.ts'
export { type CheckName, type Openings, type Reason, type Verdict, verify } from './verify.ts'
