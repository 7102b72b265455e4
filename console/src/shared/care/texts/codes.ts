/** Words for the codes of arrivals and referrals: states, reasons, services, urgencies. One catalogue for each list. */
import { texts } from '../../i18n';

const noticeState = texts({
  'zh-CN': { sent: '待确认', acknowledged: '已确认', 'strain-reported': '已报告接收困难', arrived: '已到院', 'handed-over': '已交接', withdrawn: '已撤回' },
  en: { sent: 'to acknowledge', acknowledged: 'acknowledged', 'strain-reported': 'strain reported', arrived: 'arrived', 'handed-over': 'handed over', withdrawn: 'withdrawn' },
});
const strain = texts({
  'zh-CN': { 'emergency-room-full': '急诊满员', 'icu-full': '重症监护满床', 'catheter-lab-busy': '导管室占用', 'ct-down': 'CT 故障', 'no-specialist': '无专科医师', 'blood-short': '用血紧张', other: '其他' },
  en: { 'emergency-room-full': 'emergency room full', 'icu-full': 'intensive care full', 'catheter-lab-busy': 'catheter laboratory busy', 'ct-down': 'CT out of order', 'no-specialist': 'no specialist', 'blood-short': 'blood short', other: 'other' },
});
const alert = texts({
  'zh-CN': { stroke: '卒中', 'chest-pain': '胸痛', trauma: '创伤', sepsis: '脓毒症', maternal: '孕产妇', child: '儿童' },
  en: { stroke: 'stroke', 'chest-pain': 'chest pain', trauma: 'trauma', sepsis: 'sepsis', maternal: 'maternal', child: 'child' },
});
const service = texts({
  'zh-CN': { emergency: '急诊', icu: '重症监护', cardiology: '心内科（导管室）', stroke: '卒中', trauma: '创伤', obstetrics: '产科', paediatrics: '儿科', isolation: '隔离', surgery: '手术', general: '普通病房' },
  en: { emergency: 'Emergency room', icu: 'Intensive care', cardiology: 'Cardiology (catheter)', stroke: 'Stroke', trauma: 'Trauma', obstetrics: 'Obstetrics', paediatrics: 'Paediatrics', isolation: 'Isolation', surgery: 'Surgery', general: 'General wards' },
});
const serviceState = texts({
  'zh-CN': { open: '可收治', limited: '有限', closed: '暂停' },
  en: { open: 'Open', limited: 'Limited', closed: 'Closed' },
});
const urgency = texts({
  'zh-CN': { stat: '危急', emergency: '紧急', urgent: '优先', routine: '常规' },
  en: { stat: 'Stat', emergency: 'Emergency', urgent: 'Urgent', routine: 'Routine' },
});
const direction = texts({
  'zh-CN': { up: '上转', down: '下转', across: '横向转诊' },
  en: { up: 'Up', down: 'Down', across: 'Across' },
});
const referralState = texts({
  'zh-CN': { offered: '征询中', unplaced: '无机构接收', accepted: '已接收', 'transport-failed': '转运未成', 'cancel-requested': '申请取消', 'visit-cancel-requested': '申请取消随访', arrived: '已到院', 'outcome-sent': '已反馈', 'follow-up': '待随访', cancelled: '已取消', closed: '已结案' },
  en: { offered: 'being asked', unplaced: 'no place found', accepted: 'accepted', 'transport-failed': 'ambulance brings nobody', 'cancel-requested': 'cancellation requested', 'visit-cancel-requested': 'asked to cancel the visit', arrived: 'arrived', 'outcome-sent': 'outcome told', 'follow-up': 'visit due', cancelled: 'cancelled', closed: 'closed' },
});
const offerState = texts({
  'zh-CN': { offered: '已发出，等待签收', received: '已签收，等待答复', 'info-requested': '请补充资料', accepted: '同意接收', declined: '婉拒', expired: '超时未答复', withdrawn: '已撤回', 'given-back': '接收后退回' },
  en: { offered: 'asked, not yet in hand', received: 'in hand, no answer yet', 'info-requested': 'asks a question', accepted: 'accepts', declined: 'declines', expired: 'did not answer', withdrawn: 'withdrawn', 'given-back': 'gave it back' },
});
const decline = texts({
  'zh-CN': { 'no-bed': '无床位', 'no-icu-bed': '无重症床位', 'no-specialist': '无专科医师', 'no-equipment': '缺少设备', 'not-indicated': '不需转诊', 'advice-given': '以会诊意见代替', 'not-transportable': '不宜转运', other: '其他' },
  en: { 'no-bed': 'no bed', 'no-icu-bed': 'no intensive care bed', 'no-specialist': 'no specialist', 'no-equipment': 'equipment missing', 'not-indicated': 'transfer not indicated', 'advice-given': 'advice instead of transfer', 'not-transportable': 'not fit for transport', other: 'other' },
});
const giveBack = texts({
  'zh-CN': { 'bed-lost': '床位已失', 'equipment-down': '设备故障', 'no-specialist': '无专科医师', 'mass-casualty': '批量伤员', other: '其他' },
  en: { 'bed-lost': 'bed lost', 'equipment-down': 'equipment out of order', 'no-specialist': 'no specialist', 'mass-casualty': 'mass casualty', other: 'other' },
});
const cancel = texts({
  'zh-CN': { improved: '病情好转', 'patient-declines': '患者拒绝', died: '死亡', 'entered-in-error': '录入有误', 'placed-elsewhere': '已另行安排', other: '其他' },
  en: { improved: 'improved', 'patient-declines': 'patient declines', died: 'died', 'entered-in-error': 'entered in error', 'placed-elsewhere': 'placed elsewhere', other: 'other' },
});
const close = texts({
  'zh-CN': { 'advice-given': '按会诊意见处理', 'placed-by-telephone': '电话落实', 'patient-declines': '患者拒绝', 'no-show': '未到院', died: '死亡', 'lost-to-follow-up': '失访', failed: '未能完成', other: '其他' },
  en: { 'advice-given': 'advice followed', 'placed-by-telephone': 'placed by telephone', 'patient-declines': 'patient declines', 'no-show': 'did not come', died: 'died', 'lost-to-follow-up': 'lost to follow-up', failed: 'failed', other: 'other' },
});
const ended = texts({
  'zh-CN': { completed: '完成', 'referred-down': '已下转', 'referred-onward': '已再转', cancelled: '已取消', closed: '已结案', 'accepted-elsewhere': '他院已接收' },
  en: { completed: 'completed', 'referred-down': 'referred down', 'referred-onward': 'referred onward', cancelled: 'cancelled', closed: 'closed', 'accepted-elsewhere': 'accepted elsewhere' },
});
const runEnd = texts({
  'zh-CN': { 'brought-elsewhere': '患者送往他院', 'empty-run': '放空车', 'patient-gone': '车到人走', 'dead-not-transported': '死亡不送', stopped: '中止任务', declined: '患者不去', gone: '患者已离开', 'dead-on-scene': '现场死亡', 'no-care-needed': '无需救治', completed: '任务结束，未载患者', 'no-ambulance-needed': '不需救护车', 'caller-withdrew': '呼叫方撤回', duplicate: '重复', 'false-call': '误报', 'test-call': '测试', 'passed-to-other-centre': '已转他中心', 'own-transport': '自行前往', 'no-unit': '无车可派', unreachable: '联系不上' },
  en: { 'brought-elsewhere': 'patient was taken elsewhere', 'empty-run': 'empty run', 'patient-gone': 'patient gone', 'dead-not-transported': 'dead, not transported', stopped: 'run stopped', declined: 'patient declines', gone: 'patient gone', 'dead-on-scene': 'died at the scene', 'no-care-needed': 'no care needed', completed: 'ended without the patient', 'no-ambulance-needed': 'no ambulance needed', 'caller-withdrew': 'call withdrawn', duplicate: 'duplicate', 'false-call': 'false call', 'test-call': 'test', 'passed-to-other-centre': 'passed to another centre', 'own-transport': 'own transport', 'no-unit': 'no unit', unreachable: 'unreachable' },
});
const outcome = texts({
  'zh-CN': { admitted: '收住院', 'treated-and-discharged': '治疗后离院', 'referred-on': '再转他院', died: '死亡', 'left-against-advice': '自行离院', other: '其他' },
  en: { admitted: 'admitted', 'treated-and-discharged': 'treated and discharged', 'referred-on': 'referred on', died: 'died', 'left-against-advice': 'left against advice', other: 'other' },
});
const way = texts({
  'zh-CN': { home: '上门', clinic: '门诊', telephone: '电话', video: '视频' },
  en: { home: 'at home', clinic: 'at the clinic', telephone: 'by telephone', video: 'by video' },
});
const sex = texts({
  'zh-CN': { male: '男', female: '女', other: '其他', unknown: '性别不详' },
  en: { male: 'male', female: 'female', other: 'other', unknown: 'sex unknown' },
});
const run = texts({
  'zh-CN': { RSV: '预约', DSP: '已派车', ACK: '已接令', ENR: '前往接患者', STG: '附近待命', ONS: '到达', PTC: '接触患者', LDD: '患者上车', TRN: '送院途中', ATH: '到达医院', HND: '已交接', AVR: '已交接', HOM: '已回站', END: '已结束' },
  en: { RSV: 'reserved', DSP: 'dispatched', ACK: 'order confirmed', ENR: 'on the way to the patient', STG: 'standing by', ONS: 'at the place', PTC: 'with the patient', LDD: 'patient aboard', TRN: 'on the way here', ATH: 'at the hospital', HND: 'handed over', AVR: 'handed over', HOM: 'back at station', END: 'ended' },
});
const ability = texts({
  'zh-CN': { doctor: '医生', monitor: '监护仪', defibrillator: '除颤仪', ventilator: '呼吸机', obstetric: '产科', neonatal: '新生儿', isolation: '隔离' },
  en: { doctor: 'doctor', monitor: 'monitor', defibrillator: 'defibrillator', ventilator: 'ventilator', obstetric: 'obstetric', neonatal: 'neonatal', isolation: 'isolation' },
});
const role = texts({
  'zh-CN': { dispatcher: '调度员', 'shift-leader': '值班长', station: '急救站', crew: '车组', 'hospital-desk': '医院', 'clinic-doctor': '基层医生', 'referral-office': '转诊办', quality: '质控', bureau: '卫健委', integration: '对接系统', administrator: '管理员', system: '系统' },
  en: { dispatcher: 'dispatcher', 'shift-leader': 'shift leader', station: 'station', crew: 'crew', 'hospital-desk': 'hospital', 'clinic-doctor': 'clinic', 'referral-office': 'referral office', quality: 'quality', bureau: 'bureau', integration: 'connected system', administrator: 'administrator', system: 'system' },
});

const LISTS = {
  noticeState, strain, alert, service, serviceState, urgency, direction, referralState, offerState, decline, giveBack, cancel,
  close, ended, runEnd, outcome, way, sex, run, ability, role,
} as const;
export type CodeList = keyof typeof LISTS;

/** The word for a code of one list; a code that the list does not have is shown as it is. */
export function codeWord(list: CodeList, code: string): string {
  return (LISTS[list] as Record<string, string>)[code] ?? code;
}

/** All codes of a list, in its order. */
export function codesOf(list: CodeList): string[] {
  return Object.keys(LISTS[list]);
}

/** Why a referral or an offer ended: whichever list has the code. */
export function endWord(code: string): string {
  const lists: CodeList[] = ['ended', 'cancel', 'close', 'decline', 'giveBack', 'runEnd'];
  const found = lists.find((list) => code in LISTS[list]);
  return found === undefined ? code : codeWord(found, code);
}
