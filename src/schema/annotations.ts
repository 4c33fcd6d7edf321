import { AuditError } from '../errors.ts'

/** What a model's documentation asks for. */
export interface ModelAnnotations {
  /** `@audit.include` or `@audit.exclude`. */
  include?: boolean
  /** `@audit.snapshots(...)`: whole rows, or only the changed fields. */
  snapshots?: 'full' | 'changed'
}

const FIELD_ANNOTATIONS = ['ignore', 'omit', 'mask', 'hash', 'keep'] as const

/** What a field's documentation asks for; `keep` opts out of default redaction. */
export type FieldAnnotation = (typeof FIELD_ANNOTATIONS)[number]

const KNOWN = {
  model:
    '`@audit.include`, `@audit.exclude`, `@audit.snapshots(full)`, `@audit.snapshots(changed)`',
  field: FIELD_ANNOTATIONS.map((name) => `\`@audit.${name}\``).join(', '),
} as const

/**
 * Reads the `@audit.*` annotations in the `///` documentation of a model.
 *
 * @throws AuditError `ANNOTATION_INVALID` for one that is unknown, contradicts another, or belongs
 *   on a field.
 */
export function modelAnnotations(documentation: string | null): ModelAnnotations {
  const annotations: ModelAnnotations = {}
  for (const annotation of readAnnotations(documentation)) {
    const { include, snapshots } = modelAnnotation(annotation)
    if (include !== undefined) {
      if (annotations.include === !include) throw contradiction(annotation, 'model')
      annotations.include = include
    }
    if (snapshots !== undefined) {
      if ((annotations.snapshots ?? snapshots) !== snapshots) {
        throw contradiction(annotation, 'model')
      }
      annotations.snapshots = snapshots
    }
  }
  return annotations
}

/**
 * Reads the `@audit.*` annotation in the `///` documentation of a field.
 *
 * @throws AuditError `ANNOTATION_INVALID` for one that is unknown, contradicts another, or belongs
 *   on a model.
 */
export function fieldAnnotation(documentation: string | null): FieldAnnotation | null {
  let found: FieldAnnotation | null = null
  for (const annotation of readAnnotations(documentation)) {
    const known = FIELD_ANNOTATIONS.find((name) => annotation === `@audit.${name}`)
    if (known === undefined) throw unknown(annotation, 'field')
    if (found !== null && found !== known) throw contradiction(annotation, 'field')
    found = known
  }
  return found
}

function modelAnnotation(annotation: string): ModelAnnotations {
  switch (annotation) {
    case '@audit.include':
      return { include: true }
    case '@audit.exclude':
      return { include: false }
    case '@audit.snapshots(full)':
      return { snapshots: 'full' }
    case '@audit.snapshots(changed)':
      return { snapshots: 'changed' }
    default:
      throw unknown(annotation, 'model')
  }
}

/** All annotations, without the spaces inside them; one in `backticks` is only talked about. */
function readAnnotations(documentation: string | null): string[] {
  const text = (documentation ?? '').replace(/`[^`\n]*`/g, ' ')
  const found = text.matchAll(/(?<![\w@.])@audit\.[\w-]+(?:\([^)\n]*\)?)?/gi)
  return [...found].map((match) => match[0].replace(/\s+/g, ''))
}

function unknown(annotation: string, place: 'model' | 'field'): AuditError {
  return new AuditError(
    'ANNOTATION_INVALID',
    `\`${annotation}\` is not an annotation of a ${place}. Use one of ${KNOWN[place]} on a ` +
      `${place}, or one of ${KNOWN[place === 'model' ? 'field' : 'model']} on a ` +
      `${place === 'model' ? 'field' : 'model'}.`,
  )
}

function contradiction(annotation: string, place: 'model' | 'field'): AuditError {
  return new AuditError(
    'ANNOTATION_INVALID',
    `\`${annotation}\` contradicts another annotation of the same ${place}. Keep one of them.`,
  )
}
