/**
 * Deadlines that passed, as alarms: what the service's watch has found overdue and nobody has dealt with. Whoever
 * acknowledges one is recorded by the service and shown to everybody who hears it.
 */
import { effect } from '@preact/signals';
import { clear, raise, type Level } from './alarm';
import { read, send, type Schemas } from './api';
import { texts } from './i18n';
import { resource } from './resource';
import { may } from './session';

export type ServerAlarm = Schemas['AlarmView'];

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
    'offer-answer': '征询无答复',
    'bed-hold': '床位保留到时',
    'follow-up-remind': '随访将到期',
    'follow-up-due': '随访到期',
    'follow-up-overdue': '随访逾期',
    outcome: '未反馈诊疗结果',
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
    'offer-answer': 'No answer to the offer',
    'bed-hold': 'The bed hold runs out',
    'follow-up-remind': 'A follow-up visit is coming up',
    'follow-up-due': 'A follow-up visit is due',
    'follow-up-overdue': 'A follow-up visit is overdue',
    outcome: 'The outcome has not been sent',
  },
});

const URGENT = new Set(['crew-ack', 'station-ack', 'change-ack', 'notice-ack', 'no-road', 'hold-reminder', 'reservation-due']);

export function alarmWord(kind: string): string {
  return (words as Record<string, string>)[kind] ?? kind;
}

export interface AlarmOptions {
  go?: (alarm: ServerAlarm) => void;
  /** Whom it concerns besides the unit and the incident, as the page knows it. */
  about?: (alarm: ServerAlarm) => string;
}

/** Raise what the service has found overdue, and take it down when it is settled. For roles that may read incidents. */
export function followAlarms({ go, about }: AlarmOptions = {}): () => void {
  if (!may('incident.read')) return () => undefined;
  const overdue = resource(async () => (await read('/api/v1/alarms', { query: { acknowledged: true } })).alarms, {
    // Any fact may be the one that was missing.
    entries: [],
    everyMs: 30_000,
  });
  const standing = new Set<string>();
  const stop = effect(() => {
    const found = overdue.value.value;
    if (found === undefined) return;
    const names = new Map(found.map((alarm) => [`${alarm.kind} ${alarm.subject_id} ${alarm.due_at}`, alarm]));
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
        level: (URGENT.has(alarm.kind) ? 2 : 3) as Level,
        says: () => [alarmWord(alarm.kind), about?.(alarm), alarm.call_sign, alarm.incident_code].filter(Boolean).join(' · '),
        ownedBy: alarm.acknowledged_by,
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
