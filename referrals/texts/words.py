"""The words that arguments of reasons hold, and codes that travel as data: abilities, services, alerts, strain."""

from collections.abc import Mapping

from referrals.alerts import Alert
from referrals.facilities import Service
from referrals.prearrival import NoticeState
from web.words import Language

ABILITIES: Mapping[str, Mapping[Language, str]] = {
    "ed": {"zh-CN": "急诊", "en": "emergency room"},
    "icu": {"zh-CN": "重症监护", "en": "intensive care"},
    "ct": {"zh-CN": "CT", "en": "CT"},
    "cath-lab": {"zh-CN": "导管室", "en": "catheter laboratory"},
    "blood-bank": {"zh-CN": "血库", "en": "blood bank"},
    "surgery": {"zh-CN": "手术", "en": "surgery"},
    "stroke-centre": {"zh-CN": "卒中中心", "en": "stroke centre"},
    "chest-pain-centre": {"zh-CN": "胸痛中心", "en": "chest pain centre"},
    "trauma-centre": {"zh-CN": "创伤中心", "en": "trauma centre"},
    "maternal": {"zh-CN": "危重孕产妇", "en": "critical maternal"},
    "neonatal": {"zh-CN": "新生儿", "en": "neonatal"},
    "paediatric": {"zh-CN": "儿科", "en": "paediatrics"},
    "dialysis": {"zh-CN": "透析", "en": "dialysis"},
    "burns": {"zh-CN": "烧伤", "en": "burns"},
    "poisoning": {"zh-CN": "中毒救治", "en": "poisoning"},
    "orthopaedic": {"zh-CN": "骨科", "en": "orthopaedics"},
    "isolation": {"zh-CN": "隔离", "en": "isolation"},
    "first-aid": {"zh-CN": "初级急救", "en": "first aid"},
    "hypertension": {"zh-CN": "高血压管理", "en": "hypertension care"},
    "diabetes": {"zh-CN": "糖尿病管理", "en": "diabetes care"},
    "family-doctor": {"zh-CN": "家庭医生", "en": "family doctor"},
}

SERVICES: Mapping[str, Mapping[Language, str]] = {
    Service.EMERGENCY: {"zh-CN": "急诊", "en": "emergency room"},
    Service.ICU: {"zh-CN": "重症监护", "en": "intensive care"},
    Service.CARDIOLOGY: {"zh-CN": "心内科（导管室）", "en": "cardiology (catheter laboratory)"},
    Service.STROKE: {"zh-CN": "卒中", "en": "stroke"},
    Service.TRAUMA: {"zh-CN": "创伤", "en": "trauma"},
    Service.OBSTETRICS: {"zh-CN": "产科", "en": "obstetrics"},
    Service.PAEDIATRICS: {"zh-CN": "儿科", "en": "paediatrics"},
    Service.ISOLATION: {"zh-CN": "隔离", "en": "isolation"},
    Service.SURGERY: {"zh-CN": "手术", "en": "surgery"},
    Service.GENERAL: {"zh-CN": "普通病房", "en": "general wards"},
}

ALERTS: Mapping[str, Mapping[Language, str]] = {
    Alert.STROKE: {"zh-CN": "卒中", "en": "stroke"},
    Alert.CHEST_PAIN: {"zh-CN": "胸痛", "en": "chest pain"},
    Alert.TRAUMA: {"zh-CN": "创伤", "en": "trauma"},
    Alert.SEPSIS: {"zh-CN": "脓毒症", "en": "sepsis"},
    Alert.MATERNAL: {"zh-CN": "危重孕产妇", "en": "critical maternal"},
    Alert.CHILD: {"zh-CN": "儿童", "en": "child"},
}

STRAIN: Mapping[str, Mapping[Language, str]] = {
    "emergency-room-full": {"zh-CN": "急诊满员", "en": "emergency room full"},
    "icu-full": {"zh-CN": "重症监护满床", "en": "intensive care full"},
    "catheter-lab-busy": {"zh-CN": "导管室占用", "en": "catheter laboratory busy"},
    "ct-down": {"zh-CN": "CT 故障", "en": "CT out of order"},
    "no-specialist": {"zh-CN": "无专科医师", "en": "no specialist"},
    "blood-short": {"zh-CN": "用血紧张", "en": "blood short"},
    "other": {"zh-CN": "其他", "en": "other"},
}

NOTICE_STATES: Mapping[str, Mapping[Language, str]] = {
    NoticeState.SENT: {"zh-CN": "已预告", "en": "told"},
    NoticeState.ACKNOWLEDGED: {"zh-CN": "已知悉", "en": "acknowledged"},
    NoticeState.STRAIN_REPORTED: {"zh-CN": "已知悉，有压力", "en": "under strain"},
    NoticeState.ARRIVED: {"zh-CN": "已到院", "en": "arrived"},
    NoticeState.HANDED_OVER: {"zh-CN": "已交接", "en": "handed over"},
    NoticeState.WITHDRAWN: {"zh-CN": "已撤回", "en": "withdrawn"},
}

WORDS: Mapping[str, Mapping[Language, str]] = {**ABILITIES, **SERVICES, **ALERTS, **STRAIN, **NOTICE_STATES}
"""All of them: a code has one word, in whatever list it stands."""

WORD_ARGS = frozenset({"abilities", "service"})
"""Arguments of these names hold codes of WORDS, joined by commas."""
