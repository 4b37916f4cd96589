/** What the wake-up message and SQS both take, before `{name}` and `{arch}` are filled in. */
export const queueName = {
  type: 'up to 80 letters, digits, "-" and "_"; `{name}` and `{arch}` are filled in',
  pattern: /^(?:[A-Za-z0-9_-]|\{name\}|\{arch\}){1,80}$/,
}
