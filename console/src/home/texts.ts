/** What the seat chooser says. */
import { texts } from '../shared/i18n';

export const t = texts({
  'zh-CN': {
    title: '救护 Jiuhu',
    subtitle: '全市急救调度与转诊协作',
    chooseSeat: '选择席位',
    chooseSays: '每个席位在新窗口打开，可同时打开多个席位，跟随一次急救从呼入到随访。',
    otherSeats: '其他席位',
    search: '按姓名、单位或用户名查找',
    found: (shown: number, all: number) => `${shown} / ${all}`,
    more: '继续输入以缩小范围',
    noPage: '无页面',
    take: '打开',
    console: '调度台',
    consoleSays: '接听呼入、确定位置、派车，查看全部车辆与计时。',
    shift: '值班长',
    shiftSays: '查看覆盖与超时，处理告警与漏接，出具班次报表。',
    station: '急救站',
    stationSays: '接收派车指令，确认出车或说明不能出车，管理车组与车辆。',
    crew: '车组端',
    crewSays: '接收任务与路线，一键上报各时间点，断网也可用，完成患者交接。',
    hospital: '医院急诊',
    hospitalSays: '查看来院患者与到达时间，确认预告，维护床位，签署交接，答复转诊。',
    clinic: '基层转诊',
    clinicSays: '发起上转，查看答复，接回患者并完成两周随访。',
    signedIn: (name: string) => `已登录：${name}`,
    goOn: '进入页面',
    docs: '接口说明',
    unreached: '暂时无法连接服务，正在重试。',
  },
  en: {
    title: '救护 Jiuhu',
    subtitle: 'Emergency care and referrals for a whole prefecture',
    chooseSeat: 'Choose a seat',
    chooseSays: 'Each seat opens in a window of its own. Open several and follow one emergency from the ring to the follow-up.',
    otherSeats: 'All other seats',
    search: 'Find by name, organisation or login',
    found: (shown: number, all: number) => `${shown} of ${all}`,
    more: 'Type more to narrow it down',
    noPage: 'no page',
    take: 'Open',
    console: 'Dispatch console',
    consoleSays: 'Take calls, find the place, send units, see every unit and every clock.',
    shift: 'Shift leader',
    shiftSays: 'Watch coverage and overdue clocks, handle alarms and missed calls, report on the shift.',
    station: 'Station',
    stationSays: 'Hear orders, confirm or say why a unit cannot go, manage crews and vehicles.',
    crew: 'Crew',
    crewSays: 'Get orders and the route, report with one tap, also offline, hand the patient over.',
    hospital: 'Hospital emergency desk',
    hospitalSays: 'See who is coming and when, acknowledge, keep beds true, sign handovers, answer referrals.',
    clinic: 'Township clinic',
    clinicSays: 'Refer a patient up, see the answers, take the patient back and do the two-week visit.',
    signedIn: (name: string) => `Signed in: ${name}`,
    goOn: 'Go to the page',
    docs: 'Interface description',
    unreached: 'The service cannot be reached at the moment. Trying again.',
  },
});

export type PageName = 'console' | 'shift' | 'station' | 'crew' | 'hospital' | 'clinic';

const SAYS = {
  console: () => t.consoleSays,
  shift: () => t.shiftSays,
  station: () => t.stationSays,
  crew: () => t.crewSays,
  hospital: () => t.hospitalSays,
  clinic: () => t.clinicSays,
} as const;

export const pageTitle = (page: PageName): string => t[page];
export const pageSays = (page: PageName): string => SAYS[page]();
