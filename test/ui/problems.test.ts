import { describe, expect, test } from 'vitest'
import { AuditClientError } from '../../src/http/client-error.ts'
import { en } from '../../src/ui/messages/en.ts'
import { problemText } from '../../src/ui/problems.ts'

const { common } = en

describe('What went wrong is told', () => {
  test.each([
    ['a page to sign in that came in place of the answer', 200, common.unauthorized],
    ['nobody is signed in', 401, common.unauthorized],
    ['there is no access', 403, common.forbidden],
    ['there is nothing', 404, common.notFound],
    ['a proxy has failed', 502, common.failed('Status 502')],
  ])('where %s', (_, status, said) => {
    expect(problemText(en, new AuditClientError(`Status ${status}`, status, null))).toBe(said)
  })

  test('where nothing has answered', () => {
    expect(problemText(en, new TypeError('Failed to fetch'))).toBe(common.unreachable)
  })
})
