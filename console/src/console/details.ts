/** What an entry says beyond its kind, in a few words: for the timeline and for conflicts. Pure but for the wording. */
import type { Schemas } from '../shared/api';
import { mmss } from '../shared/clock';
import { distance, named, shortTime } from '../shared/i18n';
import { alarmWord } from '../shared/server-alarms';
import { organisationOf } from '../shared/store';
import { word } from '../shared/wording';
import { codeWord } from './codes';
import { evidenceWords } from './evidence';
import { answerWord, complaintName, questionOf, said as spoken, type Answer } from './protocols';
import { t } from './texts';

type Said = Schemas['Entry']['said'];

const facility = (id: string): string => {
  const found = organisationOf(id);
  return found === undefined ? '' : named(found);
};
const join = (...parts: (string | null | undefined | false)[]): string => parts.filter(Boolean).join(' · ');

/** Where a vehicle was, as the entry has it; five places are a metre. */
const placeOf = (fix: Schemas['Fix']): string => `${fix.lat.toFixed(5)}, ${fix.lon.toFixed(5)}`;

/** A question as it begins, and its answer: whole questions would hide the timeline behind them. */
function answered(complaint: string, id: string, answer: Answer): string {
  const question = questionOf(complaint, id);
  return `${spoken(question.text).split(/(?<=[？?。])/)[0]} ${answerWord(question, answer)}`;
}

const TELL: { [K in Said['kind']]?: (said: Extract<Said, { kind: K }>) => string } = {
  'incident.opened.v1': (said) => said.code,
  'incident.call-taken.v1': (said) => join(word(said.source), said.callback, said.spoken_address, said.complaint, said.remarks),
  'incident.evidence-added.v1': (said) => said.evidence.map(evidenceWords).join(' · '),
  'incident.located.v1': (said) =>
    join(said.address, said.estimate.radius95_m !== null && `±${distance(said.estimate.radius95_m)}`, said.area?.name, said.reason),
  'incident.questions-answered.v1': (said) => join(complaintName(said.complaint), ...Object.entries(said.answers).map(([id, answer]) => answered(said.complaint, id, answer))),
  'incident.prioritised.v1': (said) => join(said.priority, said.by_hand && t.byHand, said.reason, (said.rules ?? []).map((rule) => (rule === 'referral-urgency' ? t.transfer : rule)).join(' ')),
  'incident.priority-advised.v1': (said) => said.priority,
  'incident.held.v1': (said) => join(said.reason, `${t.remindAt} ${shortTime(said.remind_at)}`),
  'incident.closed.v1': (said) => join(codeWord(said.code), said.remarks),
  'assignment.sent.v1': (said) =>
    join(
      said.call_sign,
      said.reserved_for ? `${t.reservedFor} ${shortTime(said.reserved_for)}` : null,
      said.advice.rank !== null && t.rankWas(said.advice.rank, said.advice.eta_s === null ? '' : mmss(said.advice.eta_s)),
      said.advice.override_reason && t.overrideWas(said.advice.override_reason),
    ),
  'assignment.stamped.v1': (said) =>
    join(said.end_code ? codeWord(said.end_code) : word(said.state_after), said.late && t.lateStamp, said.reason, said.fix && placeOf(said.fix)),
  'assignment.route-changed.v1': (said) => join(t[`because-${said.because as 'closure'}`] ?? said.because, mmss(said.time_s)),
  'stream.deadline-passed.v1': (said) => alarmWord(said.deadline),
  'case.patient-described.v1': (said) => join(said.patient.label, said.patient.name),
  'case.destination-chosen.v1': (said) => join(facility(said.facility_id), said.reason),
  'notice.strain-reported.v1': (said) => join(codeWord(said.code), said.remarks),
  'case.ended.v1': (said) => join(codeWord(said.code), said.remarks),
};

export function detailOf(said: Said): string {
  return (TELL[said.kind] as ((said: Said) => string) | undefined)?.(said) ?? '';
}
