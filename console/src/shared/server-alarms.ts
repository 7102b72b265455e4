/**
 * Deadlines that passed, as alarms: what the service's watch has found overdue and nobody has dealt with. Whoever
 * acknowledges one is recorded by the service and shown to everybody who hears it.
 */
import { computed, effect, signal } from '@preact/signals';
import { clear, heardShelves, raise, type Level, type Shelf } from './alarm';
import { read, send, type Schemas } from './api';
import { now } from './clock';
import { named, texts } from './i18n';
import { resource } from './resource';
import { may, me } from './session';

export type ServerAlarm = Schemas['AlarmView'];

/** How often there is an alarm, as the service counts; undefined until it was asked. */
export const alarmRate = signal<Schemas['AlarmRate'] | undefined>(undefined);

const words = texts({
  'zh-CN': {
    'crew-ack': '车组未确认指令',
    'station-ack': '急救站未确认指令',
    'change-ack': '车组未确认变更',
    'reservation-due': '预约任务到时',
    'hold-reminder': '挂起事件到时',
    'no-road': '道路不通',
    'notice-ack': '医院未确认到院预告',
    offload: '交接等候超时',
    'offload-facility': '交接等候超时',
    'offer-ack': '征询无人确认',
    'offer-silent': '被征询机构未签收',
    'offer-answer': '征询无答复',
    'referral-unplaced': '转诊无机构接收',
    'referral-unplaced-referrer': '转诊无机构接收',
    'referral-run-void': '转运已无目的地',
    'referral-run-failed': '救护车未能接来患者',
    'cancel-answer': '申请取消待确认',
    'cancel-silent': '接收方未确认取消',
    'cancel-silent-centre': '接收方未确认取消',
    'bed-hold-referrer': '床位保留到时',
    'bed-hold': '床位保留到时',
    'follow-up-remind': '随访将到期',
    'follow-up-due': '随访到期',
    'follow-up-overdue': '随访逾期',
    outcome: '未反馈诊疗结果',
    escalated: '无人接手，已报值班长',
    call: (name: string, telephone: string) => (telephone ? `致电 ${name} ${telephone}` : name),
  },
  en: {
    'crew-ack': 'Crew has not acknowledged the order',
    'station-ack': 'Station has not acknowledged the order',
    'change-ack': 'Crew has not acknowledged a change',
    'reservation-due': 'A reserved run is due',
    'hold-reminder': 'A held incident is due',
    'no-road': 'No road leads there',
    'notice-ack': 'Hospital has not acknowledged the notice',
    offload: 'Handover is taking too long',
    'offload-facility': 'Handover is taking too long',
    'offer-ack': 'Nobody has acknowledged the offer',
    'offer-silent': 'Asked facility has nobody on it',
    'offer-answer': 'No answer to the offer',
    'referral-unplaced': 'Nobody takes the referred patient',
    'referral-unplaced-referrer': 'Nobody takes the referred patient',
    'referral-run-void': 'The transfer has no goal',
    'referral-run-failed': 'The ambulance brings nobody',
    'cancel-answer': 'A wish to cancel waits for you',
    'cancel-silent': 'No answer to the wish to cancel',
    'cancel-silent-centre': 'No answer to the wish to cancel',
    'bed-hold-referrer': 'The bed hold runs out',
    'bed-hold': 'The bed hold runs out',
    'follow-up-remind': 'A follow-up visit is coming up',
    'follow-up-due': 'A follow-up visit is due',
    'follow-up-overdue': 'A follow-up visit is overdue',
    outcome: 'The outcome has not been sent',
    escalated: 'nobody took it: told to the shift leader',
    call: (name: string, telephone: string) => (telephone ? `telephone ${name} ${telephone}` : name),
  },
});

const REFERRALS = ['referral-unplaced', 'referral-unplaced-referrer', 'referral-run-void', 'referral-run-failed', 'offer-silent', 'offer-ack', 'cancel-answer', 'cancel-silent', 'cancel-silent-centre', 'offload-facility'];
const URGENT = new Set(['crew-ack', 'station-ack', 'change-ack', 'notice-ack', 'no-road', 'hold-reminder', 'reservation-due', ...REFERRALS]);

export function alarmWord(kind: string): string {
  const word = (words as Record<string, unknown>)[kind];
  return typeof word === 'string' ? word : kind;
}

/** The patient, and whom to telephone, as the service knows them. */
export function alarmAbout({ about }: ServerAlarm): string {
  if (!about) return '';
  return [about.patient, about.referral_code, words.call(named(about), about.telephone)].filter(Boolean).join(' · ');
}

export interface AlarmOptions {
  go?: (alarm: ServerAlarm) => void;
  /** Of what dispatchers are told, ring only for what none of them has taken in time: a shift leader's page. */
  escalatedOnly?: boolean;
}

const nameOfAlarm = (alarm: ServerAlarm): string => `${alarm.kind} ${alarm.subject_id} ${alarm.due_at}`;

function shelfOf(one: Schemas['ShelfView']): Shelf {
  const mine = one.actor_id === me.value?.id && one.seat === (me.value?.seat ?? '');
  return { cause: one.kind, says: () => alarmWord(one.kind), until: Date.parse(one.until), mine, name: one.name, end: () => setAside(one.kind, null) };
}

/** Set aside for so many minutes, or no longer; the answer is what is set aside now. */
async function setAside(kind: string, minutes: number | null): Promise<void> {
  const path = { kind };
  const { shelves } =
    minutes === null
      ? await send('/api/v1/alarms/{kind}/unshelve', { path, body: {} })
      : await send('/api/v1/alarms/{kind}/shelve', { path, body: { minutes } });
  heardShelves.value = shelves.map(shelfOf);
}

/** Raise what the service has found overdue, and take it down when it is settled. For roles that have alarms. */
export function followAlarms({ go, escalatedOnly = false }: AlarmOptions = {}): () => void {
  if (!may('alarm.read')) return () => undefined;
  const overdue = resource(() => read('/api/v1/alarms', { query: { acknowledged: true } }), {
    // Any fact may be the one that was missing.
    entries: [],
    topics: ['alarm'],
    gatherMs: 500,
    everyMs: 30_000,
  });
  const standing = new Set<string>();
  // The clock ticks each second; what has come of age changes seldom.
  const escalated = computed(() =>
    (overdue.value.value?.alarms ?? []).filter((one) => one.escalates_at !== null && Date.parse(one.escalates_at) <= now.value).map(nameOfAlarm).join('\n'),
  );
  const stop = effect(() => {
    const found = overdue.value.value;
    if (found === undefined) return;
    alarmRate.value = found.rate;
    heardShelves.value = found.shelves.map(shelfOf);
    const late = new Set(escalated.value.split('\n'));
    const here = found.alarms.filter((one) => !escalatedOnly || one.told_role !== 'dispatcher' || late.has(nameOfAlarm(one)) || standing.has(nameOfAlarm(one)));
    const names = new Map(here.map((alarm) => [nameOfAlarm(alarm), alarm]));
    for (const id of standing) {
      if (names.has(id)) continue;
      clear(id);
      standing.delete(id);
    }
    for (const [id, alarm] of names) {
      standing.add(id);
      raise({
        id,
        cause: alarm.kind,
        level: (late.has(id) ? 1 : URGENT.has(alarm.kind) ? 2 : 3) as Level,
        says: () =>
          [alarmWord(alarm.kind), alarmAbout(alarm), alarm.call_sign, alarm.incident_code, late.has(id) && words.escalated].filter(Boolean).join(' · '),
        ownedBy: alarm.acknowledged_by,
        setAside: (minutes) => setAside(alarm.kind, minutes),
        take: () =>
          send('/api/v1/alarms/{kind}/{subject_id}/acknowledge', { path: { kind: alarm.kind, subject_id: alarm.subject_id } }),
        ...(go && { go: () => go(alarm) }),
      });
    }
  });
  return () => {
    stop();
    overdue.stop();
    standing.forEach(clear);
  };
}
