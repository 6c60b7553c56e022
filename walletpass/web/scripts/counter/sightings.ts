// A code that stays in view is one scan.

const GONE_AFTER = 2_000;

export class Sightings {
  private code = "";
  private seenAt = -Infinity;

  /** Whether this is a new sight: another code, or the same one back in view. */
  isNew(code: string, now: number): boolean {
    const same = code === this.code && now - this.seenAt < GONE_AFTER;
    this.code = code;
    this.seenAt = now;
    return !same;
  }
}
