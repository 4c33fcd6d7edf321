import { describe, expect, test } from 'vitest'
import { fieldAnnotation, modelAnnotations } from '../../src/schema/annotations.ts'

describe('annotations of a model', () => {
  test.each([
    [null, {}],
    ['', {}],
    ['Mail to me@audit.example, ask @auditor or the @audit. team', {}],
    ['Write `@audit.nonsense` here.', {}],
    ['@audit.exclude', { include: false }],
    ['Orders.\n@audit.include', { include: true }],
    ['@audit.snapshots(changed)', { snapshots: 'changed' }],
    ['Big rows: @audit.snapshots( full ), @audit.include.', { snapshots: 'full', include: true }],
    ['@audit.exclude @audit.exclude', { include: false }],
  ])('reads %j', (documentation, expected) => {
    expect(modelAnnotations(documentation)).toEqual(expected)
  })

  test.each([
    ['@audit.exlude', '`@audit.exlude`'],
    ['@Audit.exclude', '`@Audit.exclude`'],
    ['@audit.snapshots', '`@audit.snapshots`'],
    ['@audit.snapshots(none)', '`@audit.snapshots(none)`'],
    ['@audit.snapshots(full', '`@audit.snapshots(full`'],
    ['@audit.mask', '`@audit.mask`'],
    ['@audit.include @audit.exclude', '`@audit.exclude` contradicts'],
    [
      '@audit.snapshots(full)\n@audit.snapshots(changed)',
      '`@audit.snapshots(changed)` contradicts',
    ],
  ])('refuses %j', (documentation, message) => {
    expect(() => modelAnnotations(documentation)).toThrow(
      expect.objectContaining({
        code: 'ANNOTATION_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })

  test('names what is known, for both places', () => {
    expect(() => modelAnnotations('@audit.foo')).toThrow(
      /`@audit.snapshots\(full\)`.*`@audit.mask`/,
    )
  })
})

describe('the annotation of a field', () => {
  test.each([
    [null, null],
    ['The name.', null],
    ['@audit.ignore', 'ignore'],
    ['@audit.omit', 'omit'],
    ['Card number @audit.mask (see the policy).', 'mask'],
    ['@audit.hash', 'hash'],
    ['Not a secret.\n@audit.keep', 'keep'],
  ])('reads %j', (documentation, expected) => {
    expect(fieldAnnotation(documentation)).toBe(expected)
  })

  test.each([
    ['@audit.exclude', '`@audit.exclude` is not an annotation of a field'],
    ['@audit.masked', '`@audit.masked`'],
    ['@audit.mask(4)', '`@audit.mask(4)`'],
    ['@audit.mask @audit.hash', '`@audit.hash` contradicts'],
  ])('refuses %j', (documentation, message) => {
    expect(() => fieldAnnotation(documentation)).toThrow(
      expect.objectContaining({
        code: 'ANNOTATION_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })
})
