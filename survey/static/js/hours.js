// Whether a centre serves at a moment, and when it serves next: times of Vietnam, which has had one
// zone and no summer time since 1975, whatever zone the device is set to.

const ZONE = 7 * 3600 * 1000;
const DAY = 24 * 3600 * 1000;
const AHEAD = 60; // days that are looked through for the next opening

const iso = (local) => new Date(local).toISOString().slice(0, 10);
const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** The spans of the day on which `local` (milliseconds, shifted to Vietnam) falls. */
function spans(hours, local) {
  if (dayOff(hours, local) !== undefined) return [];
  const own = hours.special_days?.find(([day]) => day === iso(local));
  if (own) return own[1];
  const weekday = new Date(local).getUTCDay() || 7; // ISO: Sunday is 7
  return hours.week[weekday] ?? [];
}

const dayOff = (hours, local) => hours.days_off.find(([day]) => day === iso(local))?.[1];

/** Whether the centre is open at `now` (milliseconds since 1970). hours null: it always is. */
export function isOpen(hours, now) {
  if (hours === null || hours === undefined) return true;
  const local = now + ZONE;
  const at = Math.floor((local % DAY) / 60000);
  return spans(hours, local).some(([opens, closes]) => minutes(opens) <= at && at < minutes(closes));
}

/** When it opens next: {day: "2026-09-03", time: "07:30", days: 1}; null when not within 60 days. */
export function opensNext(hours, now) {
  const local = now + ZONE;
  const midnight = local - (local % DAY);
  for (let days = 0; days <= AHEAD; days += 1) {
    const there = midnight + days * DAY;
    const later = (time) => days > 0 || minutes(time) > (local % DAY) / 60000;
    const first = spans(hours, there).find(([opens]) => later(opens));
    if (first) return { day: iso(there), time: first[0], days };
  }
  return null;
}

/** The name of the day off on which `now` falls; undefined on an ordinary day. */
export const holiday = (hours, now) => (hours ? dayOff(hours, now + ZONE) : undefined);
