import { type Action, type ActionRow, actionCases, type Trigger } from '../dimensions.ts'
import {
  cyclesAct,
  cyclesRestrict,
  deletesFirst,
  looksFirst,
  treesFollow,
  treesRefuse,
} from '../places.ts'
import type { Story } from '../table.ts'

/** Where these are emulated, they restrict. */
const cycles: ActionRow[] = [
  ...inCycle('delete', 'onDelete in a tree', (p) => p.folder.delete({ where: { id: 1 } }), [
    'delete Folder 1',
    'delete Folder 2',
    'delete Folder 3',
    'delete Folder 4',
  ]),
  ...inCycle(
    'deleteMany',
    'onDelete in a tree',
    (p) => p.folder.deleteMany({ where: { name: { in: ['f2', 'f4'] } } }),
    ['delete Folder 2', 'delete Folder 4', 'delete Folder 3'],
  ),
  ...inCycle(
    'nested delete',
    'onDelete in a tree',
    (p) => p.folder.update({ where: { id: 1 }, data: { children: { delete: { id: 2 } } } }),
    ['delete Folder 2', 'delete Folder 3'],
  ),
  ...inCycle(
    'nested deleteMany',
    'onDelete in a tree',
    (p) => p.folder.update({ where: { id: 1 }, data: { name: 'x', children: { deleteMany: {} } } }),
    ['update Folder 1 name: f1 -> x', 'delete Folder 2', 'delete Folder 3', 'delete Folder 4'],
  ),
  [
    'delete',
    'onDelete in a cycle',
    (p) => p.country.delete({ where: { id: 1 } }),
    ['delete Country 1', 'delete City 1', 'delete City 2'],
    { note: 'from one end', where: deletesFirst },
  ],
  [
    'delete',
    'onDelete in a cycle',
    (p) => p.country.delete({ where: { id: 1 } }),
    [],
    { note: 'from one end (refused)', where: looksFirst, fails: 'P2014' },
  ],
  ...inCycle(
    'delete',
    'onDelete in a cycle',
    (p) => p.city.delete({ where: { id: 1 } }),
    ['delete City 1', 'update Country 1 capitalId: 1 -> null'],
    'from the other end',
  ),
  [
    'delete',
    'onDelete in a cycle',
    (p) => p.country.delete({ where: { id: 2 } }),
    ['delete Country 2', 'delete City 3'],
    { note: 'that is not closed' },
  ],
  ...inCycle('deleteMany', 'onDelete in a cycle', (p) => p.country.deleteMany(), [
    'delete Country 1',
    'delete Country 2',
    'delete City 1',
    'delete City 2',
    'delete City 3',
  ]),
  ...inCycle(
    'nested delete',
    'onDelete in a cycle',
    (p) =>
      p.country.update({ where: { id: 1 }, data: { name: 'x', cities: { delete: { id: 1 } } } }),
    ['update Country 1 name: l1 -> x, capitalId: 1 -> null', 'delete City 1'],
  ),
  ...inCycle(
    'nested deleteMany',
    'onDelete in a cycle',
    (p) => p.country.update({ where: { id: 1 }, data: { cities: { deleteMany: {} } } }),
    ['update Country 1 capitalId: 1 -> null', 'delete City 1', 'delete City 2'],
  ),
  ...inTree('update', (p) => p.folder.update({ where: { id: 2 }, data: { id: 20 } })),
  ...inTree('updateMany', (p) => p.folder.updateMany({ where: { name: 'f2' }, data: { id: 20 } })),
  ...inTree('upsert', (p) =>
    p.folder.upsert({ where: { id: 2 }, create: { name: 'x' }, update: { id: 20 } }),
  ),
  ...inTree('nested update', (p) =>
    p.folder.update({
      where: { id: 1 },
      data: { children: { update: { where: { id: 2 }, data: { id: 20 } } } },
    }),
  ),
  ...inTree(
    'nested updateMany',
    (p) =>
      p.folder.update({
        where: { id: 1 },
        data: { children: { updateMany: { where: { id: 2 }, data: { id: 20 } } } },
      }),
    ['update Folder 2 id: 2 -> 20', 'update Folder 20 id: 2 -> 20'],
  ),
]

export const cycleCases = actionCases(cycles)

function inCycle(
  trigger: Trigger,
  action: Action,
  call: ActionRow[2],
  story: Story,
  note = '',
): ActionRow[] {
  return [
    [trigger, action, call, story, { note, where: cyclesAct }],
    [
      trigger,
      action,
      call,
      [],
      { note: note ? `${note} (refused)` : 'refused', where: cyclesRestrict, fails: 'P2014' },
    ],
  ]
}

function inTree(trigger: Trigger, call: ActionRow[2], emulated?: Story): ActionRow[] {
  const action = 'onUpdate in a tree'
  const story = [
    'update Folder 2 id: 2 -> 20',
    'update Folder 20 id: 2 -> 20',
    'update Folder 3 parentId: 2 -> 20',
  ]
  return [
    [trigger, action, call, story, { where: treesFollow }],
    [trigger, action, call, [], { note: 'which refuses', where: treesRefuse, fails: 'P2003' }],
    emulated
      ? [trigger, action, call, emulated, { where: cyclesRestrict }]
      : [
          trigger,
          action,
          call,
          [],
          { note: 'which refuses', where: cyclesRestrict, fails: 'P2014' },
        ],
  ]
}
