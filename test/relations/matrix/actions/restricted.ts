import { type Action, type ActionRow, actionCases, type Trigger } from '../dimensions.ts'
import { refusedByDatabase, refusedByPrisma } from '../places.ts'

const refusals: ActionRow[] = [
  ...refused('delete', 'onDelete Restrict', (p) => p.account.delete({ where: { id: 1 } })),
  ...refused('deleteMany', 'onDelete Restrict', (p) => p.account.deleteMany()),
  [
    'delete',
    'onDelete Restrict',
    (p) => p.account.delete({ where: { id: 2 } }),
    ['delete Account 2'],
    { note: 'of what is not referred to' },
  ],
  ...refused('update', 'onUpdate Restrict', (p) =>
    p.account.update({ where: { id: 1 }, data: { id: 10 } }),
  ),
  ...refused('updateMany', 'onUpdate Restrict', (p) =>
    p.account.updateMany({ where: { name: 'a1' }, data: { id: 10 } }),
  ),
  ...refused('upsert', 'onUpdate Restrict', (p) =>
    p.account.upsert({ where: { id: 1 }, create: { name: 'x' }, update: { id: 10 } }),
  ),
  ...refused('nested update', 'onUpdate Restrict', (p) =>
    p.payment.update({ where: { id: 1 }, data: { amount: 5, account: { update: { id: 10 } } } }),
  ),
  ...refused(
    'update',
    'onUpdate Restrict',
    (p) => p.person.update({ where: { id: 1 }, data: { id: 10 } }),
    'which NoAction comes to',
  ),
  [
    'update',
    'onUpdate Restrict',
    (p) => p.account.update({ where: { id: 2 }, data: { id: 20 } }),
    ['update Account 2 id: 2 -> 20', 'update Account 20 id: 2 -> 20'],
    { note: 'of what is not referred to' },
  ],
]

export const restrictCases = actionCases(refusals)

/** A call that the database or Prisma refuses, and that leaves nothing. */
function refused(
  trigger: Trigger,
  action: Action,
  call: ActionRow[2],
  note = 'which refuses',
): ActionRow[] {
  return [
    [
      trigger,
      action,
      call,
      [],
      { note: `${note} (by the database)`, where: refusedByDatabase, fails: 'P2003' },
    ],
    [
      trigger,
      action,
      call,
      [],
      { note: `${note} (by Prisma)`, where: refusedByPrisma, fails: 'P2014' },
    ],
  ]
}
