#!/usr/bin/env node
// `npm start`. Written so that an old Node can read it: the version is checked before anything newer is loaded.
const WANTED = [20, 19]
const own = process.versions.node.split('.').map(Number)
if (own[0] < WANTED[0] || (own[0] === WANTED[0] && own[1] < WANTED[1])) {
  console.error(`Slipway needs Node.js ${WANTED.join('.')} or newer, and this is ${process.version}. Get one at https://nodejs.org`)
  process.exit(1)
}
import('./start/main.mjs')
  .then((start) => start.main(process.argv.slice(2)))
  .catch((error) => {
    console.error(error)
    process.exit(1)
  })
