/** Stands for a value that is there and is in no trail: it was redacted. */
export const MASK = '[redacted]'

/** Stands for the value of a field that the viewer may not see. */
export const MASKED = '[masked]'
