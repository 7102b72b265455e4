/** A patient as the receiving and the referring side see them: who, vital signs with time and trend, what happened. */
import { useEffect, useMemo } from 'preact/hooks';
import { read, type Schemas } from '../api';
import { since } from '../clock';
import { Timeline } from '../components';
import { collection } from '../collection';
import { clockTime, named } from '../i18n';
import { kindWord } from '../kinds';
import { onEntry } from '../live';
import { nameOf } from '../people';
import { resource } from '../resource';
import { me } from '../session';
import { organisationOf } from '../store';
import { common } from '../words';
import { careText as t } from './texts/care';
import { codeWord } from './texts/codes';

export type Patient = Schemas['Patient'];
export type Vitals = Schemas['VitalSigns'];
export type CaseView = Schemas['CaseView'];

/** Cases that this page has asked for, kept current. */
export const cases = collection<CaseView>((case_id) => read('/api/v1/cases/{case_id}', { path: { case_id } }));

let following = false;

/** Show this case: fetched when it is first asked for, and again when something is said about the patient. */
export function useCase(case_id: string): CaseView | undefined {
  useEffect(() => {
    if (!following) {
      following = true;
      onEntry(['case.'], (entry) => {
        if (cases.ids.peek().includes(entry.stream_id)) cases.touch(entry.stream_id);
      });
    }
    if (!cases.ids.peek().includes(case_id)) cases.touch(case_id);
  }, [case_id]);
  return cases.get(case_id);
}

/** "张三 · 男 · 61 岁"; without a name the label by which everybody calls them. */
export function PatientLine({ patient }: { patient: Patient }) {
  const parts = [
    patient.name ? patient.name : t.unnamed(patient.label),
    codeWord('sex', patient.sex ?? 'unknown'),
    patient.age_years == null ? t.ageUnknown : t.years(patient.age_years),
  ];
  return (
    <span class="care-patient">
      <strong>{parts[0]}</strong> {parts.slice(1).join(' · ')}
    </span>
  );
}

type Sign = { label: () => string; unit: string; of: (signs: Vitals) => number | null };
const gcs = ({ gcs_eye: eye, gcs_verbal: verbal, gcs_motor: motor }: Vitals): number | null =>
  eye == null || verbal == null || motor == null ? null : eye + verbal + motor;
const SIGNS: readonly Sign[] = [
  { label: () => t.heartRate, unit: '/min', of: (signs) => signs.heart_rate_per_min ?? null },
  { label: () => t.pressure, unit: 'mmHg', of: (signs) => signs.systolic_mmhg ?? null },
  { label: () => 'SpO₂', unit: '%', of: (signs) => signs.spo2_percent ?? null },
  { label: () => t.breathing, unit: '/min', of: (signs) => signs.respiratory_rate_per_min ?? null },
  { label: () => t.temperature, unit: '°C', of: (signs) => signs.temperature_c ?? null },
  { label: () => t.glucose, unit: 'mmol/L', of: (signs) => signs.glucose_mmol_per_l ?? null },
  { label: () => 'GCS', unit: '', of: gcs },
];

function shownValue(sign: Sign, signs: Vitals): string {
  const value = sign.of(signs)!;
  if (sign !== SIGNS[1]) return String(value);
  return `${value}/${signs.diastolic_mmhg ?? '–'}`;
}

/** How a sign has moved since it was measured before: an arrow with its word. */
function Trend({ now, before }: { now: number; before: number | undefined }) {
  if (before === undefined) return null;
  const [arrow, says] = now > before ? ['↑', t.rising] : now < before ? ['↓', t.falling] : ['→', t.steady];
  return <span class="care-trend" title={t.before(before)}><span aria-hidden="true">{arrow}</span><span class="sr">{says}</span></span>;
}

/** The newest value of each sign, its movement, and when the last round was measured. */
export function VitalsLine({ vitals }: { vitals: readonly Vitals[] }) {
  const rounds = [...vitals].sort((a, b) => Date.parse(b.measured_at) - Date.parse(a.measured_at));
  const last = rounds[0];
  if (last === undefined) return <p class="quiet">{t.noVitals}</p>;
  return (
    <div class="care-vitals">
      <ul>
        {SIGNS.map((sign) => {
          const found = rounds.filter((round) => sign.of(round) !== null);
          const newest = found[0];
          if (newest === undefined) return null;
          return (
            <li key={sign.unit + sign.label()}>
              <span class="quiet">{sign.label()}</span> <b class="number">{shownValue(sign, newest)}</b>
              <small class="quiet"> {sign.unit}</small>
              <Trend now={sign.of(newest)!} before={found[1] && sign.of(found[1])!} />
              {newest !== last && <small class="quiet"> {clockTime(newest.measured_at).slice(0, 5)}</small>}
            </li>
          );
        })}
      </ul>
      <span class="quiet care-when">
        <time dateTime={last.measured_at}>{clockTime(last.measured_at).slice(0, 5)}</time> · {t.ago(since(last.measured_at))}
      </span>
    </div>
  );
}

/** All rounds of measuring, the newest first. */
export function VitalsTable({ vitals }: { vitals: readonly Vitals[] }) {
  const rounds = [...vitals].sort((a, b) => Date.parse(b.measured_at) - Date.parse(a.measured_at));
  const signs = SIGNS.filter((sign) => rounds.some((round) => sign.of(round) !== null));
  if (rounds.length < 2) return null;
  return (
    <div class="care-wide" tabIndex={0} role="region" aria-label={t.vitals}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            {signs.map((sign) => <th key={sign.label()} scope="col" class="number">{sign.label()}</th>)}
          </tr>
        </thead>
        <tbody>
          {rounds.map((round) => (
            <tr key={round.measured_at}>
              <th scope="row"><time dateTime={round.measured_at}>{clockTime(round.measured_at)}</time></th>
              {signs.map((sign) => <td key={sign.label()} class="number">{sign.of(round) === null ? '–' : shownValue(sign, round)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Act = Schemas['Act'];

/** Who it was, as far as this seat may know: organisation and name, else what they work as. */
export function whoOf({ actor_id, organisation_id }: Pick<Act, 'actor_id' | 'organisation_id'>, role?: string): string {
  if (role === 'system') return common.system;
  const who = me.value;
  const house = who?.organisation.id === organisation_id ? who.organisation : organisationOf(organisation_id);
  const words = [house && named(house), nameOf(actor_id) ?? (role && codeWord('role', role))];
  return [...new Set(words.filter(Boolean))].join(' · ');
}

/** What happened to this patient, as far as this page may read it. */
export function CaseTimeline({ case_id }: { case_id: string }) {
  const entries = useMemo(
    () =>
      resource(async () => (await read('/api/v1/cases/{stream_id}/entries', { path: { stream_id: case_id } })).entries, {
        entries: [],
        when: (entry) => entry.stream_id === case_id,
      }),
    [case_id],
  );
  useEffect(() => entries.stop, [entries]);
  if (entries.failure.value !== null && entries.value.value === undefined) return <p class="quiet">{common.failed}</p>;
  const items = (entries.value.value ?? []).map((entry) => ({
    id: entry.id,
    at: entry.act.at,
    recordedAt: entry.act.recorded_at,
    who: whoOf(entry.act, entry.act.role),
    text: kindWord(entry.said.kind),
  }));
  if (entries.value.value === undefined) return <p class="quiet">{common.loading}</p>;
  return <Timeline items={items} label={t.timeline} />;
}
