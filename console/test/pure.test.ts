/** What is pure in the pages: waiting, durations, sentences, keys. */
import { describe, expect, test } from 'vitest';
import { backoff } from '../src/shared/backoff';
import { age, mmss } from '../src/shared/durations';
import { boxOf } from '../src/shared/map/model';
import { waysFrom } from '../src/shared/care/levels';
import { spell, type Wording } from '../src/shared/spelling';
import { statusOf } from '../src/shared/status';

describe('backoff', () => {
  test('doubles from 300 ms to at most ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 20].map((tries) => backoff(tries, () => 1))).toEqual([
      300, 600, 1200, 2400, 4800, 9600, 10_000, 10_000,
    ]);
  });
  test('is shortened by chance, by half at most, so that pages do not come back all at once', () => {
    expect(backoff(20, () => 0)).toBe(5_000);
  });
});

describe('durations', () => {
  test.each([
    [0, '0:00'], [9.9, '0:09'], [249, '4:09'], [3723, '1:02:03'], [-61, '−1:01'],
  ])('%s seconds read %s', (seconds, words) => expect(mmss(seconds)).toBe(words));
  test.each([[-3, '0s'], [42, '42s'], [150, '3m'], [7200, '2h']])('an age of %s s reads %s', (seconds, words) =>
    expect(age(seconds)).toBe(words));
});

describe('sentences of the service', () => {
  const wording: Wording = {
    sentences: { far: '{call_sign} is {way_m} away, {eta_s}, lacks {capabilities}{x}', braces: '{{a}}' },
    words: { doctor: 'a doctor', monitor: 'a monitor' },
    word_args: ['capabilities'],
    joiner: ', ',
  };
  test('numbers with units and codes are spelt out', () => {
    const args = { call_sign: '急101', way_m: 3240, eta_s: 249, capabilities: 'doctor, monitor' };
    expect(spell({ code: 'far', args }, wording)).toBe('急101 is 3.2 km away, 4:09, lacks a doctor, a monitor…');
  });
  test('a code without a sentence has none', () => expect(spell({ code: 'never' }, wording)).toBeUndefined());
  test('doubled braces are braces', () => expect(spell({ code: 'braces' }, wording)).toBe('{a}'));
});

describe('ways of referring', () => {
  const houses = [
    { id: 'city', kind: 'city-hospital', tier: 3 }, { id: 'county', kind: 'county-hospital', tier: null },
    { id: 'town', kind: 'township-clinic', tier: 1 }, { id: 'other town', kind: 'township-clinic', tier: 1 },
    { id: 'office', kind: 'referral-office', tier: null },
  ] as const;
  const all = ['up', 'across', 'down'] as const;
  test.each([
    ['city', ['down']],
    ['county', ['up', 'down']],
    ['town', ['up', 'across']],
    ['office', all],
    ['nobody yet', all],
  ] as const)('%s', (here, ways) => {
    expect(waysFrom(houses.find((one) => one.id === here), houses, all)).toEqual(ways);
  });
});

describe('status of a unit', () => {
  const unit = { duty: 'on', availability: 'available', assignment_state: null } as const;
  test.each([
    [unit, 'available'],
    [{ ...unit, assignment_state: 'DSP', availability: 'unavailable' }, 'dispatched'],
    [{ ...unit, assignment_state: 'TRN', availability: 'unavailable' }, 'transporting'],
    [{ ...unit, assignment_state: 'AVR', availability: 'conditional' }, 'available'],
    [{ ...unit, duty: 'repair', availability: 'unavailable' }, 'out'],
    [{ ...unit, availability: 'unavailable' }, 'out'],
  ] as const)('%o is %s', (of, status) => expect(statusOf(of)).toBe(status));
});

test('a box holds all its places', () => {
  expect(boxOf([[111, 23], [110.5, 24], [112, 22]])).toEqual([110.5, 22, 112, 24]);
});
