export function DeadlineWarnings() {
  return null;
}
