/** What can be said on the command line: every action of the mouse, by its name in both languages. */
import { acknowledge, groups, open as openAlarms, shelve, shelves } from '../shared/alarm';
import { language, named, setLanguage } from '../shared/i18n';
import { select } from '../shared/selection';
import { alarmWord } from '../shared/server-alarms';
import { setTheme, theme } from '../shared/theme';
import { incidents, list, units, type Incident, type Unit } from '../shared/store';
import type { Schemas } from '../shared/api';
import { arrangeBoard, resumeUnit } from './board';
import { closeRoads, drawClosure, openRoads } from './closures';
import { CLOSE_CODES, codeWord } from './codes';
import { find, matches, type Named, type Reading, type Verb } from './command';
import { chooseDestination, destinationsOf } from './destination';
import { closeIncident, holdIncident, holdReasons, setPriority } from './dialogs';
import { resume } from './incident';
import { correctPlace } from './place';
import { ranking } from './ranking';
import { answer, answerNext, mine, missed, ringing } from './rings';
import { callReserved, cancelOrder, candidateUnits, canTakeBack, order, sendRecommended, sendUnits, takeBack } from './sending';
import { t } from './texts';
import { exportIncident } from './timeline';
import { linkCall, lookForTwins } from './twins';
import { pauseUnit } from './unitdialogs';
import { ask, chosen, openDraft, running, showIncident } from './work';
import { serverNow } from '../shared/clock';

type N<T> = Named & { of: T };

const unitNames = (): N<Unit>[] => units.all.value.map((unit) => ({ id: unit.id, name: unit.call_sign, also: unit.plate, of: unit }));
const incidentNames = (): N<Incident>[] =>
  incidents.all.value.filter((one) => one.state !== 'closed' && one.state !== 'merged').map((one) => ({ id: one.id, name: one.code, also: `${one.priority} ${one.address} ${one.complaint}`, of: one }));
const closeNames = (): N<string>[] => CLOSE_CODES.map((code) => ({ id: code, name: codeWord(code).replace(/\s+/g, '-'), also: code, of: code }));
const candidateNames = (): Named[] => (ranking.value?.ranking.candidates ?? []).map((one) => ({ id: one.unit_id, name: one.call_sign, also: `${t.nth(one.rank)}` }));

const wrong = (says: string): Reading => ({ wrong: says });
const words = (rest: string): string[] => rest.split(/[\s,，、]+/).filter(Boolean);

/** "ABC123 rest" speaks of that incident, "rest" of the chosen one. */
function about(rest: string, then: (incident: Incident, rest: string) => Reading): Reading {
  const [first = '', ...others] = rest.split(/\s+/);
  const by = first.length >= 4 ? find(first, incidentNames()) : null;
  if (by !== null && by !== 'many' && by.name.toLowerCase().startsWith(first.toLowerCase())) return then(by.of, others.join(' '));
  const incident = chosen.value;
  return incident === undefined ? wrong(t.noIncidentChosen) : then(incident, rest);
}

function aUnit(word: string, then: (unit: Unit) => Reading): Reading {
  const found = find(word, unitNames());
  if (found === null) return wrong(t.unknownUnit(word));
  return found === 'many' ? wrong(t.severalMatch(word)) : then(found.of);
}

function onIt(word: string, then: (one: ReturnType<typeof running>[number]) => Reading): Reading {
  const all = incidents.all.value.flatMap(running).map((one) => ({ id: one.id, name: one.call_sign, of: one }));
  const mine = chosen.value === undefined ? [] : running(chosen.value);
  if (word === '' && mine.length === 1) return then(mine[0]!);
  const found = find(word, all);
  return found === null ? wrong(t.notOnARun(word)) : found === 'many' ? wrong(t.severalMatch(word)) : then(found.of);
}

function send(rest: string): Reading {
  return about(rest, (incident, names) => {
    // A number is a place in the ranking that is shown, and that is the chosen incident's.
    const ranked = ranking.value?.incident_id === incident.id;
    const wanted: { id: string; name: string }[] = [];
    for (const word of words(names)) {
      if (/^\d$/.test(word) && !ranked) return wrong(t.rankingNotShown(incident.code));
      const n = /^\d$/.test(word) ? candidateUnits(Number(word))[0] : undefined;
      const found = n === undefined ? find(word, unitNames()) : { id: n, name: units.get(n)?.call_sign ?? '' };
      if (found === null) return wrong(t.unknownUnit(word));
      if (found === 'many') return wrong(t.severalMatch(word));
      wanted.push({ id: found.id, name: found.name });
    }
    if (wanted.length === 0 && !ranked) return { says: t.willSendRecommended(incident.code), run: () => (showIncident(incident.id), sendRecommended(incident)) };
    const ids = wanted.length > 0 ? wanted.map((one) => one.id) : candidateUnits(0);
    if (ids.length === 0) return wrong(t.noCandidate);
    return {
      says: t.willSend(ids.map((id) => units.get(id)?.call_sign ?? id).join(t.and), incident.code),
      run: () => (showIncident(incident.id), sendUnits(incident, ids)),
    };
  });
}

/** "30", "30m", "14:30": a later time today. */
function later(word: string): Date | null {
  const clock = /^(\d{1,2})[:：](\d{2})$/.exec(word);
  if (clock) {
    const at = new Date(serverNow());
    at.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    return at.getTime() <= serverNow() ? new Date(at.getTime() + 86_400_000) : at;
  }
  const minutes = /^(\d{1,3})(m|min|分钟?)?$/.exec(word);
  return minutes ? new Date(serverNow() + Number(minutes[1]) * 60_000) : null;
}

function minutesFirst(rest: string, usual: number): [number, string] {
  const found = /^(\d{1,4})\s*(?:m|min|分钟?)?(?:\s+|$)(.*)$/s.exec(rest);
  return found ? [Number(found[1]), found[2]!] : [usual, rest];
}

const shown = (): Verb[] => [
  { names: ['派', '派车', 'd', 'send', 'dispatch'], usage: () => t.useSend, read: send, complete: () => [...candidateNames()] },
  { names: ['撤回', 'u', 'undo', 'back'], usage: () => t.useBack, read: () => (canTakeBack.value === null ? wrong(t.nothingToTakeBack) : { says: t.willTakeBack(canTakeBack.value.assignments.map((one) => one.call_sign).join(t.and)), run: takeBack }) },
  {
    names: ['预约', 'reserve'], usage: () => t.useReserve,
    read: (rest) => about(rest, (incident, more) => {
      const [name = '', when = ''] = words(more);
      const at = later(when);
      return aUnit(name, (unit) => (at === null ? wrong(t.whenMissing) : { says: t.willReserve(unit.call_sign, incident.code, at.toTimeString().slice(0, 5)), run: () => order(incident, [{ unit_id: unit.id, reserved_for: at.toISOString() }], '') }));
    }),
    complete: (rest) => matches(words(rest).at(-1) ?? '', unitNames()),
  },
  { names: ['出车', 'callout'], usage: () => t.useCallout, read: (rest) => onIt(rest, (one) => ({ says: t.willCall(one.call_sign), run: () => callReserved(one.id) })) },
  {
    names: ['取消', 'cancel'], usage: () => t.useCancel,
    read: (rest) => {
      const [name = '', ...why] = rest.split(/\s+/);
      return onIt(name, (one) => ({
        says: t.willCancel(one.call_sign, why.join(' ')),
        run: () => (why.length > 0 ? cancelOrder(one, why.join(' ')) : ask({ what: 'cancel', assignment_id: one.id })),
      }));
    },
    complete: (rest) => matches(words(rest).at(-1) ?? '', incidents.all.value.flatMap(running).map((one) => ({ id: one.id, name: one.call_sign }))),
  },
  {
    names: ['挂起', 'h', 'hold', 'wait'], usage: () => t.useHold,
    read: (rest) => about(rest, (incident, more) => {
      const [minutes, reason] = minutesFirst(more, 5);
      return { says: t.willHold(incident.code, minutes, reason), run: () => (reason === '' ? (showIncident(incident.id), ask({ what: 'hold' })) : holdIncident(incident, reason, minutes)) };
    }),
    complete: (rest) => matches(words(rest).at(-1) ?? '', holdReasons().map((name) => ({ id: name, name }))),
  },
  { names: ['恢复', 'r', 'resume'], usage: () => t.useResume, read: (rest) => about(rest, (incident) => (incident.state === 'held' ? { says: t.willResume(incident.code), run: () => resume(incident) } : wrong(t.notHeld))) },
  {
    names: ['结案', '关闭', 'c', 'close'], usage: () => t.useClose,
    read: (rest) => about(rest, (incident, more) => {
      const [name = '', ...remarks] = more.split(/\s+/);
      if (name === '') return { says: t.willAskClose(incident.code), run: () => (showIncident(incident.id), ask({ what: 'close' })) };
      const found = find(name, closeNames());
      return found === null || found === 'many' ? wrong(t.unknownCode(name)) : { says: t.willClose(incident.code, found.name), run: () => closeIncident(incident, found.of, remarks.join(' ')) };
    }),
    complete: (rest) => matches(words(rest).at(-1) ?? '', closeNames()),
  },
  {
    names: ['优先级', '分级', 'p', 'priority'], usage: () => t.usePriority,
    read: (rest) => about(rest, (incident, more) => {
      const found = /^p?([1-4])\s*(.*)$/is.exec(more);
      if (found === null) return { says: t.willAskPriority(incident.code), run: () => (showIncident(incident.id), ask({ what: 'priority' })) };
      const [, level, reason = ''] = found;
      return reason === '' ? wrong(t.reasonMissing) : { says: t.willPrioritise(incident.code, `P${level}`, reason), run: () => setPriority(incident, `P${level}` as Schemas['Priority'], reason) };
    }),
  },
  ...(['P1', 'P2', 'P3', 'P4'] as const).map((level): Verb => ({
    names: [level], usage: () => t.usePriority,
    read: (rest) => about(rest, (incident, reason) => (reason === '' ? wrong(t.reasonMissing) : { says: t.willPrioritise(incident.code, level, reason), run: () => setPriority(incident, level, reason) })),
  })),
  {
    names: ['地址', 'e', 'address', 'place'], usage: () => t.useAddress,
    read: (rest) => about(rest, (incident, address) => ({
      says: address === '' ? t.willAskPlace(incident.code) : t.willPlace(incident.code, address),
      run: () => (address === '' ? (showIncident(incident.id), ask({ what: 'place' })) : correctPlace(incident, { address, reason: '' })),
    })),
  },
  {
    names: ['并入', 'link'], usage: () => t.useLink,
    read: (rest) => {
      const incident = chosen.value;
      const to = find(rest, incidentNames());
      const call = incident?.calls?.[0];
      if (incident === undefined || call === undefined) return wrong(t.noIncidentChosen);
      return to === null || to === 'many' || to.id === incident.id ? wrong(t.unknownIncident(rest)) : { says: t.willLink(incident.code, to.name), run: () => linkCall(call.id, incident.id, to.id) };
    },
    complete: (rest) => matches(rest, incidentNames()),
  },
  { names: ['查重', 'twins'], usage: () => t.useTwins, read: (rest) => about(rest, (incident) => ({ says: t.willLookForTwins(incident.code), run: () => lookForTwins(incident) })) },
  {
    names: ['送往', 'dest', 'destination'], usage: () => t.useDestination,
    read: (rest) => {
      const case_id = chosen.value?.cases?.at(-1);
      if (case_id === undefined) return wrong(t.noPatient);
      if (rest === '') return { says: t.willAskDestination, run: () => ask({ what: 'destination', case_id }) };
      const found = find(rest, facilityNames());
      return found === null ? wrong(t.unknownFacility(rest)) : found === 'many' ? wrong(t.severalMatch(rest)) : { says: t.willBring(found.name), run: () => bring(case_id, found.id, found.name) };
    },
    complete: (rest) => matches(rest, facilityNames()),
  },
  {
    names: ['暂停', 'pause'], usage: () => t.usePause,
    read: (rest) => {
      const [name = '', ...more] = rest.split(/\s+/);
      const [minutes, reason] = minutesFirst(more.join(' '), 30);
      return aUnit(name, (unit) => ({ says: t.willPause(unit.call_sign, minutes, reason), run: () => (reason === '' ? ask({ what: 'pause', unit_id: unit.id }) : pauseUnit(unit, reason, minutes)) }));
    },
    complete: (rest) => matches(words(rest).at(-1) ?? '', unitNames()),
  },
  { names: ['恢复调用', 'unpause'], usage: () => t.useUnpause, read: (rest) => aUnit(rest, (unit) => ({ says: t.willUnpause(unit.call_sign), run: () => resumeUnit(unit) })), complete: (rest) => matches(rest, unitNames()) },
  {
    names: ['封路', 'shut', 'closure'], usage: () => t.useShut,
    read: (rest) => {
      const [road = '', ...why] = rest.split(/\s+/);
      if (road === '') return { says: t.willAskClosure, run: () => ask({ what: 'closures' }) };
      return why.length === 0 ? wrong(t.reasonMissing) : { says: t.willShut(road, why.join(' ')), run: () => closeRoads({ form: 'road', road, reason: why.join(' ') }) };
    },
  },
  { names: ['画封路', 'draw'], usage: () => t.useDraw, read: () => ({ says: t.willDraw, run: drawClosure }) },
  {
    names: ['开路', 'unshut', 'reopen'], usage: () => t.useOpen,
    read: (rest) => {
      const found = find(rest, closureNames());
      return found === null || found === 'many' ? wrong(t.unknownClosure) : { says: t.willOpen(found.name), run: () => openRoads(found.id) };
    },
    complete: (rest) => matches(rest, closureNames()),
  },
  { names: ['接听', 'a', 'answer'], usage: () => t.useAnswer, read: () => (ringing.value[0] === undefined ? wrong(t.nothingRings) : { says: t.willAnswer(ringing.value[0].callback), run: answerNext }) },
  { names: ['新呼叫', 'new', 'call'], usage: () => t.useNew, read: () => ({ says: t.callWithoutRing, run: newCall }) },
  { names: ['打印', 'print'], usage: () => t.print, read: () => ({ says: t.print, run: () => setTimeout(() => print(), 50) }) },
  { names: ['导出', 'export', 'json'], usage: () => t.exportJson, read: (rest) => about(rest, (incident) => ({ says: `${t.exportJson} ${incident.code}`, run: () => exportIncident(incident) })) },
  { names: ['确认告警', 'ack'], usage: () => t.useAck, read: () => ({ says: t.willAck(openAlarms.value.length), run: () => acknowledge(...openAlarms.value.map((one) => one.id)) }) },
  {
    names: ['搁置', 'shelve'], usage: () => t.useShelve,
    read: (rest) => {
      const [minutes] = minutesFirst(rest, 5);
      const causes = [...new Set(groups.value.filter((group) => group.level > 1).map((group) => group.cause))];
      return causes.length === 0 ? wrong(t.nothingToShelve) : { says: t.willShelve(causes.map(alarmWord).join(t.and), Math.min(minutes, 30)), run: () => Promise.all(causes.map((cause) => shelve(cause, minutes))) };
    },
  },
  {
    names: ['恢复告警', 'unshelve'], usage: () => t.useUnshelve,
    read: () => {
      const mine = shelves.value.filter((one) => one.mine);
      return mine.length === 0 ? wrong(t.nothingShelved) : { says: t.willUnshelve(mine.map((one) => one.says()).join(t.and)), run: () => Promise.all(mine.map((one) => one.end())) };
    },
  },
  {
    names: ['登记', 'settle'], usage: () => t.useSettle,
    read: () => {
      const ring = missed.value[0] ?? mine.value[0];
      return ring === undefined ? wrong(t.nothingToSettle) : { says: t.willSettle(ring.callback || t.noNumber), run: () => ask({ what: 'ring', ring_id: ring.id }) };
    },
  },
  {
    names: ['回拨', 'callback'], usage: () => t.useCallback,
    read: () => {
      const ring = missed.value[0];
      return ring === undefined ? wrong(t.nothingMissed) : { says: t.willAnswer(ring.callback), run: () => answer(ring) };
    },
  },
  { names: ['按状态', 'bystatus'], usage: () => t.useBoard, read: () => ({ says: t.byStatus, run: () => arrangeBoard('status') }) },
  { names: ['按站点', 'bystation'], usage: () => t.useBoard, read: () => ({ says: t.byStation, run: () => arrangeBoard('station') }) },
  { names: ['去', 'go', 'find'], usage: () => t.useGo, read: go, complete: (rest) => [...matches(rest, incidentNames(), 5), ...matches(rest, unitNames(), 5)] },
  { names: ['语言', 'lang', 'language'], usage: () => '中文 / English', read: (rest) => ({ says: t.useLanguage, run: () => setLanguage(/^(en|英)/i.test(rest) ? 'en' : /^(zh|中)/i.test(rest) ? 'zh-CN' : language.value === 'en' ? 'zh-CN' : 'en') }) },
  { names: ['主题', 'theme'], usage: () => t.useTheme, read: (rest) => ({ says: t.useTheme, run: () => setTheme(/^(d|深)/i.test(rest) ? 'dark' : /^(l|浅)/i.test(rest) ? 'light' : theme.value === 'dark' ? 'light' : 'dark') }) },
  { names: ['快捷键', '?', 'keys', 'help'], usage: () => t.useKeys, read: () => ({ says: t.useKeys, run: () => ask({ what: 'keys' }) }) },
];

let verbs: Verb[] | null = null;
export const VERBS = (): readonly Verb[] => (verbs ??= shown());

const facilityNames = (): Named[] => (list('organisations').value.value ?? []).filter((one) => /hospital|clinic/.test(one.kind)).map((one) => ({ id: one.id, name: named(one).replace(/\s+/g, '_'), also: one.code }));
const closureNames = (): Named[] => (list('closures').value.value ?? []).filter((one) => one.ended_at === null).map((one, index) => ({ id: one.id, name: one.road || `${index + 1}`, also: one.reason }));

/** The ranking is asked for on the way: passing over its first asks why. */
async function bring(case_id: string, facility_id: string, name: string): Promise<void> {
  const { destinations } = await destinationsOf(case_id);
  if (destinations[0] !== undefined && destinations[0].facility_id !== facility_id) ask({ what: 'destination', case_id });
  else await chooseDestination(case_id, facility_id, '', name);
}

export function newCall(): void {
  openDraft.value = `new-${crypto.randomUUID()}`;
}

/** An incident or a unit by its name alone. */
export function go(word: string): Reading {
  const incident = find(word, incidentNames());
  if (incident !== null && incident !== 'many') return { says: t.willShow(incident.name), run: () => showIncident(incident.id) };
  const unit = find(word, unitNames());
  if (unit !== null && unit !== 'many') return { says: t.willShow(unit.name), run: () => select({ unit: unit.id }) };
  return wrong(incident === 'many' || unit === 'many' ? t.severalMatch(word) : word === '' ? '' : t.notUnderstood(word));
}
