/** Durations as a dispatcher reads them; pure. */

/** 4:09, 1:02:03; a time that has run out has a minus sign. */
export function mmss(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.floor(Math.abs(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${sign}${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${sign}${minutes}:${rest}`;
}

/** 42s, 3m, 2h: the age of a position on the map, where there is little room. */
export function age(seconds: number): string {
  if (seconds < 100) return `${Math.max(0, Math.round(seconds))}s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3600)}h`;
}
