/** What is pure in the crew page: other maps' datums, the steps of a run, vital signs, what waits on top of what is known. */
import { describe, expect, test } from 'vitest';
import { amapLink, baiduLink, toBd09, toGcj02 } from '../src/crew/datum';
import { doubtsOf, vitalsOf } from '../src/crew/limits';
import { labelOf, measured } from '../src/crew/measures';
import { uuid5 } from '../src/crew/names';
import { changesOf, patientsOf, runOf, type Assignment } from '../src/crew/project';
import type { Command, Item } from '../src/crew/outbox';
import { after, nextStep, stampedAfter, undoOf } from '../src/crew/steps';
import { along, aheadOf, type Route } from '../src/crew/way';

describe('datums', () => {
  // [WGS-84, GCJ-02, BD-09] as geo/datum.py converts them.
  const places: [[number, number], [number, number], [number, number]][] = [
    [[111.2791, 23.4769], [111.28420789936044, 23.474308484195028], [111.290742260508, 23.480079594396468]],
    [[116.397, 39.908], [116.40324337854781, 39.90940335390724], [116.40961642907855, 39.915744473775554]],
    [[104.9999, 30.1], [105.00291019487575, 30.097323656650364], [105.00930311916825, 30.103629904662345]],
    [[87.6, 43.8], [87.60283897227161, 43.80121203029208], [87.60921015182171, 43.80747250765041]],
    [[121.5, 31.2], [121.5044286589165, 31.1979666854059], [121.5110176887812, 31.203611399590887]],
  ];
  test.each(places)('%j', (wgs, gcj, bd) => {
    for (const [found, wanted] of [[toGcj02(wgs), gcj], [toBd09(wgs), bd]] as const) {
      expect(found[0]).toBeCloseTo(wanted[0], 9);
      expect(found[1]).toBeCloseTo(wanted[1], 9);
    }
  });
  test('each link states the place in the datum that it names', () => {
    const amap = new URL(amapLink([116.397, 39.908], '现场'));
    expect(amap.searchParams.get('to')).toBe('116.403243,39.909403,现场');
    expect(amap.searchParams.get('coordinate')).toBe('gaode');
    const baidu = new URL(baiduLink([116.397, 39.908], '现场'));
    expect(baidu.searchParams.get('location')).toBe('39.915744,116.409616');
    expect(baidu.searchParams.get('coord_type')).toBe('bd09ll');
  });
});

test('a case has the id that the service gives it', async () => {
  expect(await uuid5('01a20309-95bd-70bb-8ce7-63af4e08bbe8', '患者-1')).toBe('ca51e16b-b06a-5544-aa6e-91035f1c2a4d');
});

describe('steps', () => {
  test('one after the other, waiting places left out', () => {
    const passed: string[] = [];
    for (let state = 'DSP', step = nextStep(state); step !== null; step = nextStep(state)) {
      passed.push(step);
      state = after(state, step);
    }
    expect(passed).toEqual([
      'acknowledge', 'depart', 'arrive', 'patient-contact', 'load', 'transport', 'at-hospital', 'hand-over', 'available', 'home',
    ]);
  });
  test('nothing leads backwards but a correction', () => {
    expect([after('ONS', 'depart'), after('ONS', 'back-to-ENR'), after('ONS', 'stopped'), after('END', 'depart')]).toEqual(['ONS', 'ENR', 'END', 'END']);
  });
  test('a hold takes the newest step back, and what came after the state it leads to', () => {
    const stamps = [{ event: 'acknowledge', at: '1' }, { event: 'arrive', at: '2' }];
    expect(undoOf('ONS', stamps)).toEqual({ step: 'arrive', back: 'ACK' });
    expect(stampedAfter(stamps, { event: 'back-to-ACK', at: '3' })).toEqual([stamps[0]]);
    expect(undoOf('ACK', stamps.slice(0, 1))).toEqual({ step: 'acknowledge', back: 'DSP' });
    expect([undoOf('DSP', []), undoOf('END', stamps)]).toEqual([null, null]);
  });
});

describe('vital signs', () => {
  const codes = (entered: Parameters<typeof doubtsOf>[0]): string[] => doubtsOf(entered).map((one) => `${one.field} ${one.reason.code} ${one.refused}`);
  test.each([
    [{ heart_rate_per_min: '80' }, []],
    [{ heart_rate_per_min: '400' }, ['heart_rate_per_min outside-hard-limit true']],
    [{ heart_rate_per_min: '10' }, ['heart_rate_per_min outside-soft-limit false']],
    [{ temperature_c: '3.6.5' }, ['temperature_c not-a-number true']],
    [{ pain: '2.5' }, ['pain not-a-number true']],
    [{ systolic_mmhg: '80', diastolic_mmhg: '120' }, ['diastolic_mmhg diastolic-above-systolic true']],
    [{ heart_rate_per_min: '0', avpu: 'A' as const }, ['heart_rate_per_min outside-soft-limit false', 'heart_rate_per_min no-pulse-yet-alert false']],
    [{ gcs_eye: '1', gcs_verbal: '1', gcs_motor: '1', avpu: 'A' as const }, ['avpu avpu-against-gcs false']],
  ])('%j', (entered, doubts) => expect(codes(entered)).toEqual(doubts));
  test('what was not measured is not sent', () => {
    expect(vitalsOf({ spo2_percent: '97', pain: ' ' }, 'now')).toEqual({ measured_at: 'now', spo2_percent: 97 });
    expect(vitalsOf({}, 'now')).toBeNull();
  });
});

const item = (command: Command): Item => ({ id: 'x', made_at: '2026-01-01T00:00:00Z', command, outcome: null });
const stampItem = (event: string): Item => item({ kind: 'stamp', assignment_id: 'a', stamp: { event, at: 'later' } });

describe('what waits', () => {
  const assignment = { id: 'a', state: 'ACK', stamps: [{ event: 'acknowledge', at: 'then' }] } as unknown as Assignment;
  test('leads the run on, and back', () => {
    expect(runOf(assignment, [stampItem('depart'), stampItem('arrive'), stampItem('back-to-ENR')])).toMatchObject({
      state: 'ENR',
      stamps: [{ event: 'acknowledge' }, { event: 'depart', waiting: true }],
    });
  });
  test('is a patient whom the service does not know yet', () => {
    const patient = { label: 'A', name: '', identity_number: '', age_years: null, sex: 'unknown' as const, complaint: '' };
    const found = patientsOf('a', [], [
      item({ kind: 'patient', assignment_id: 'a', case_id: 'c', patient }),
      item({ kind: 'describe', assignment_id: 'a', case_id: 'c', patient: { ...patient, name: '张三' } }),
      item({ kind: 'vitals', assignment_id: 'a', case_id: 'c', vitals: { measured_at: 'now', pain: 3 } }),
      item({ kind: 'destination', assignment_id: 'a', case_id: 'c', facility_id: 'f', reason: '' }),
      item({ kind: 'patient', assignment_id: 'other', case_id: 'd', patient }),
    ]);
    expect(found).toMatchObject([{ id: 'c', patient: { name: '张三' }, vitals: [{ pain: 3 }], destination_id: 'f', waiting: true }]);
  });
});

test('changes of the order stay until the newest was acknowledged', () => {
  const entry = (number: number, said: object) => ({ id: `e${number}`, number, act: { at: '' }, said });
  const entries = [
    entry(1, { kind: 'incident.located.v1', crews_ack_by: 'x' }),
    entry(2, { kind: 'assignment.sent.v1', assignment_id: 'a' }),
    entry(3, { kind: 'assignment.route-changed.v1', assignment_id: 'a', because: 'closure', longer_by_s: 60, acknowledge_by: 'x' }),
    entry(4, { kind: 'assignment.route-changed.v1', assignment_id: 'b', because: 'closure', longer_by_s: 60, acknowledge_by: 'x' }),
    entry(5, { kind: 'incident.located.v1', crews_ack_by: 'x', reason: '更正' }),
  ];
  expect(changesOf(entries, 'a').map((one) => one.because)).toEqual(['closure', 'place']);
  const heard = (of: number) => entry(6, { kind: 'assignment.change-heard.v1', assignment_id: 'a', change_entry_id: `e${of}` });
  expect(changesOf([...entries, heard(3)], 'a').map((one) => one.reason)).toEqual(['更正']);
  expect(changesOf([...entries, heard(5)], 'a')).toEqual([]);
});

describe('the way', () => {
  const line: [number, number][] = [[111, 23], [111.01, 23], [111.01, 23.01]];
  const step = (along_m: number, maneuver: string) => ({ along_m, maneuver });
  const route = { line, length_m: 2135, remaining_m: 2135, steps: [step(0, 'depart'), step(1023, 'left'), step(2135, 'arrive')] } as unknown as Route;
  test('a place is found on it', () => {
    const found = along(line, [111.005, 23.0005]);
    expect(found.along_m).toBeCloseTo(511.8, 0);
    expect(found.off_m).toBeCloseTo(55.6, 0);
  });
  test('the next turn comes nearer and passes', () => {
    expect(aheadOf(route, [111.005, 23]).next?.maneuver).toBe('left');
    expect(aheadOf(route, [111.005, 23]).inM).toBeCloseTo(511.2, 0);
    expect(aheadOf(route, [111.01, 23.002]).next?.maneuver).toBe('arrive');
    expect(aheadOf(route, null).turns).toHaveLength(2);
  });
  test('far from it the word of the service counts', () => {
    expect(aheadOf({ ...route, remaining_m: 1000 }, [112, 24]).remainingM).toBe(1000);
  });
});

describe('vital signs in words', () => {
  test('a value stands between its name and its unit, and both blood pressures are one', () => {
    const at = '2026-01-01T00:00:00Z';
    const whole = { measured_at: at, heart_rate_per_min: 104, systolic_mmhg: 182, diastolic_mmhg: 96, gcs_eye: 4, avpu: 'A' as const };
    expect(measured(whole)).toEqual(['心率 104 次/分', '血压 182/96 mmHg', 'GCS 睁眼 4', 'A 清醒']);
    expect(measured({ measured_at: at, diastolic_mmhg: 60, pain: 0 })).toEqual(['舒张压 60 mmHg', '疼痛 0']);
  });
  test('a field says its unit, a score its range', () => {
    expect(['spo2_percent', 'gcs_motor', 'pain'].map((one) => labelOf(one as 'pain'))).toEqual(['血氧 %', 'GCS 运动 1–6', '疼痛 0–10']);
  });
});
