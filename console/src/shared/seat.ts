/**
 * Which seat this page sits at: `?seat=NAME` chooses the session cookie, so one browser can hold several seats.
 * Without it, it is the browser's one session. A reload without the query stays at the seat of this window.
 */
const NAME = /^[a-z0-9-]{1,40}$/;
const KEPT = 'jiuhu-seat';

function find(): string | null {
  if (typeof location === 'undefined') return null;
  // A name typed in capitals is the same seat: falling back to another session would show somebody else's desk.
  const asked = new URLSearchParams(location.search).get('seat')?.toLowerCase();
  if (asked !== undefined && NAME.test(asked)) {
    sessionStorage.setItem(KEPT, asked);
    return asked;
  }
  return sessionStorage.getItem(KEPT);
}

export const seat: string | null = find();

/** An address of ours that is opened as this seat: other pages, downloads, images. */
export function atSeat(path: string, name: string | null = seat): string {
  if (name === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}seat=${encodeURIComponent(name)}`;
}

/** The seat name for a login: what a cookie name can hold. */
export function seatOf(login: string): string {
  return login.toLowerCase().replace(/[^a-z0-9-]+/g, '-').slice(0, 40);
}
