/** Lets a worker thread load TypeScript, as its `--import`: tsx does so in the main thread only. */
import { register as registerRequire } from 'tsx/cjs/api'
import { register } from 'tsx/esm/api'

register()
registerRequire()
