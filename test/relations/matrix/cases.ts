import { cycleCases } from './actions/cycles.ts'
import { deleteCases } from './actions/deletes.ts'
import { linkCases } from './actions/links.ts'
import { restrictCases } from './actions/restricted.ts'
import { updateCases } from './actions/updates.ts'
import { compositeToMany } from './kinds/composite-to-many.ts'
import { compositeToOne } from './kinds/composite-to-one.ts'
import { holdingKeyToMany } from './kinds/holding-key-to-many.ts'
import { holdingKeyToOne } from './kinds/holding-key-to-one.ts'
import { joinModelToMany } from './kinds/join-model-to-many.ts'
import { joinModelToOne } from './kinds/join-model-to-one.ts'
import { manyToMany } from './kinds/many-to-many.ts'
import { oneToOneOptional } from './kinds/one-to-one-optional.ts'
import { oneToOneRequired } from './kinds/one-to-one-required.ts'
import { selfManyToMany } from './kinds/self-many-to-many.ts'
import { selfToMany } from './kinds/self-to-many.ts'
import { selfToOne } from './kinds/self-to-one.ts'
import { toManyOptional } from './kinds/to-many-optional.ts'
import { toManyRequired } from './kinds/to-many-required.ts'
import { toOneOptional } from './kinds/to-one-optional.ts'
import { toOneRequired } from './kinds/to-one-required.ts'
import { twoRelations } from './kinds/two-relations.ts'
import { uniqueColumnToMany } from './kinds/unique-column-to-many.ts'
import { uniqueColumnToOne } from './kinds/unique-column-to-one.ts'

/** Nested writes: verb by kind of relation and position. */
export const nestedCases = [
  ...toOneRequired,
  ...toOneOptional,
  ...oneToOneOptional,
  ...oneToOneRequired,
  ...toManyRequired,
  ...toManyOptional,
  ...twoRelations,
  ...selfToOne,
  ...selfToMany,
  ...selfManyToMany,
  ...manyToMany,
  ...joinModelToOne,
  ...joinModelToMany,
  ...compositeToOne,
  ...compositeToMany,
  ...holdingKeyToOne,
  ...holdingKeyToMany,
  ...uniqueColumnToOne,
  ...uniqueColumnToMany,
]

/** Referential actions: trigger by action. */
export const referentialCases = [
  ...deleteCases,
  ...restrictCases,
  ...linkCases,
  ...cycleCases,
  ...updateCases,
]
