// Times always bear their zone: UTC, or the offset that holds here at that instant.

export type Zone = 'UTC' | 'local';

const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, '0');

/** Minutes that local time is ahead of UTC at an instant. */
export const offsetAt = (instant: Date): number => -instant.getTimezoneOffset();

export function offsetText(minutes: number): string {
  return `${minutes < 0 ? '−' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

export function zoneName(zone: Zone): string {
  return zone === 'UTC' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Day and time, and the zone apart from it. */
export function timeParts(text: string, zone: Zone): { at: string; zone: string } | null {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return null;
  const minutes = zone === 'UTC' ? 0 : offsetAt(instant);
  const shifted = new Date(instant.getTime() + minutes * 60_000).toISOString();
  return { at: `${shifted.slice(0, shifted.indexOf('T'))} ${shifted.slice(shifted.indexOf('T') + 1, -5)}`, zone: zone === 'UTC' ? 'UTC' : offsetText(minutes) };
}

export function timeText(text: string, zone: Zone): string {
  const parts = timeParts(text, zone);
  return parts ? `${parts.at} ${parts.zone}` : text;
}
