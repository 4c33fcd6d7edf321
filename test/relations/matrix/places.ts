import { only, type Place } from './table.ts'

const isEmulated = ({ mode }: Place) => mode === 'emulated'
const hasSetDefault = ({ provider, mode }: Place) => provider !== 'mysql' && mode === 'foreignKeys'

/** Where the schema has `onDelete: SetDefault`, and where it has SetNull instead. */
const setDefaultIsRare = 'Neither InnoDB nor Prisma has SetDefault.'
export const setDefault = only(setDefaultIsRare, hasSetDefault)
export const setNull = only(setDefaultIsRare, (place) => !hasSetDefault(place))

/** Where self relations and cycles have actions, and where they restrict. */
const noEmulatedCycle = 'Prisma emulates no action that could come back to where it began.'
export const cyclesAct = only(noEmulatedCycle, (place) => !isEmulated(place))
export const cyclesRestrict = only(noEmulatedCycle, isEmulated)

const noTreeUpdate =
  'InnoDB refuses an ON UPDATE CASCADE that comes back to the table where it began.'
export const treesFollow = only(
  noTreeUpdate,
  (place) => !isEmulated(place) && place.provider !== 'mysql',
)
export const treesRefuse = only(
  noTreeUpdate,
  (place) => !isEmulated(place) && place.provider === 'mysql',
)

/** Where links go with their entity. */
const linksStay = 'Prisma emulates nothing in the tables of implicit n-m relations.'
export const linksFollow = only(linksStay, (place) => !isEmulated(place))

/** Where a foreign key follows what a call does to a row beside of its own. */
const notAgain =
  'Prisma emulates onUpdate for rows that an update names, not for what connects or updateMany moves.'
export const movedFollow = only(notAgain, (place) => !isEmulated(place))

/** What goes with other rows goes before them, where Prisma sees to it. */
const order = 'Prisma takes the last rows of a cascade first.'
export const byDatabase = only(order, (place) => !isEmulated(place))
export const byPrisma = only(order, isEmulated)

/** Where Prisma can upsert a row whose key is followed by others. */
const noKeyInUpsert = 'Prisma 7.10 confuses the arguments of an upsert that changes a followed key.'
export const upsertsKeys = only(noKeyInUpsert, (place) => !isEmulated(place))
export const upsertsNoKeys = only(noKeyInUpsert, isEmulated)

/** Who refuses what an action restricts; the codes differ. */
const restrictCodes = 'Prisma has a code of its own for what it refuses before the database does.'
export const refusedByDatabase = only(restrictCodes, (place) => !isEmulated(place))
export const refusedByPrisma = only(restrictCodes, isEmulated)

export const skipsDuplicates = only(
  'SQLite has no skipDuplicates.',
  ({ provider }) => provider !== 'sqlite',
)

/** Prisma 7.10 names a table there that its statement does not have; each database has its words. */
export const brokenCondition = 'with a condition, which Prisma gets wrong'
export const brokenCodes = 'P2021 P2022 P2039'

/** Where Prisma looks at what refers to a row before it deletes the row. */
const lateLook =
  'Where a DELETE answers what it deleted, Prisma deletes first, and finds no reference left.'
export const looksFirst = only(
  lateLook,
  ({ provider, mode }) => provider === 'mysql' && mode === 'emulated',
)
export const deletesFirst = only(
  lateLook,
  ({ provider, mode }) => provider !== 'mysql' || mode !== 'emulated',
)

/** Where the database refuses the number that an expression comes to. */
const strict = 'SQLite and MariaDB have a value for these.'
export const strictNumbers = only(strict, ({ provider }) => provider === 'postgresql')
export const strictFollowers = only(
  strict,
  (place) => strictNumbers.isHere(place) && !isEmulated(place),
)
